"""Rules about signs of workflow sprawl: ASL8xx. From ASL821 on they are about children that exist already."""

from __future__ import annotations

from aslsplit.findings.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="ASL801",
        name="many-domains",
        severity=Severity.WARNING,
        what="One machine holds the inner logic of many domains; a domain counts from three states on.",
        why=(
            "Every domain has its own rules, owners and pace. In one definition each of them waits for the others, "
            "and nobody can say what the workflow is for."
        ),
        example="Payment, inventory, fraud, shipping and notification, each with five states or more.",
        remedy=(
            "Keep the decisions between domains in the parent, and give each domain a child that its owners can change."
        ),
    ),
    Rule(
        code="ASL802",
        name="long-choice-chain",
        severity=Severity.NOTE,
        what="Many choice rules may be tested one after the other before anything is done.",
        why="Whoever reads the machine has to hold all of them in mind, and every further case makes the chain longer.",
        example="Four Choice states in a row, each the Default of the one before, with three rules each.",
        remedy=(
            "Decide once, where the data is known: let the task that knows the answer return it in one field, or "
            "move the chain into the child whose question it is."
        ),
    ),
    Rule(
        code="ASL803",
        name="repeated-transform",
        severity=Severity.NOTE,
        what="Payload templates or constants say again what another one says, but for literals.",
        why=(
            "A field that is renamed has to be renamed in each of them, and the one that is forgotten fails at run "
            "time."
        ),
        example="Six Pass states that each build {orderId, status, updatedAt} from the same paths.",
        remedy="Give the data one shape where it comes into being, and let the child that needs another shape make it.",
    ),
    Rule(
        code="ASL804",
        name="copied-handler",
        severity=Severity.NOTE,
        what="The same Retry or Catch block stands in many states; where a catcher leads is not compared.",
        why=(
            "A policy that is copied is changed in most places and not in all, and central error paths become what "
            "nobody dares to touch."
        ),
        example="The same four lines of Retry in twenty Tasks of five domains.",
        remedy=(
            "Let each child own the handling of its own errors and return the outcome; the parent then handles a "
            "failed child in one place."
        ),
    ),
    Rule(
        code="ASL805",
        name="growing-document",
        severity=Severity.WARNING,
        what="States add many fields to the document, counted where it is widest.",
        why=(
            "A document that only grows takes the shape of the workflow: every state may come to depend on every "
            "field, and all of it counts against the 256 KiB that AWS passes on."
        ),
        example="Eighteen fields set by ResultPath, from $.fraudRequest to $.shipmentLabel, when the last Task begins.",
        remedy=(
            "Draw the border where few fields cross it: a child keeps what only its own states need and returns the "
            "rest."
        ),
    ),
    Rule(
        code="ASL806",
        name="unread-fields",
        severity=Severity.NOTE,
        what="Fields are carried on although no state reads them any more, with five states or more still to come.",
        why=(
            "What is carried just in case is read one day by somebody who should not have known of it. The figure "
            "takes it that nobody reads the execution's output: what callers read of it has its reason to be there."
        ),
        example="$.fraudRequest, read by the state behind the one that built it, and still there forty states later.",
        remedy=(
            'Drop what nobody reads with "ResultPath": null or a ResultSelector, and write down in a contract what '
            "callers need."
        ),
    ),
    Rule(
        code="ASL807",
        name="distant-read",
        severity=Severity.WARNING,
        what="A field is read many transitions after it was written, on the shortest way between the two.",
        why="Whoever changes the state that writes it does not see the state that reads it.",
        example="$.fraud.score, written in the third state and read in the thirtieth.",
        remedy="Keep writer and reader in one child, or let the field cross the border by name, as part of a contract.",
    ),
    Rule(
        code="ASL808",
        name="history-events",
        severity=Severity.NOTE,
        what="One execution leaves many events in its history, even if each loop is gone through once.",
        why=(
            "In an incident somebody reads that history from the top. It may have 25,000 events; the figure is for "
            "an execution on the longest way, through catchers too, in which nothing is tried again."
        ),
        example="Forty Tasks one after the other make 200 events.",
        remedy="Move subprocesses into children: each has a history of its own, and the parent's tells the story.",
    ),
    Rule(
        code="ASL809",
        name="events-per-round",
        severity=Severity.WARNING,
        what="Each round of a loop, or each item of an inline Map, adds many events to the one history.",
        why=(
            "The history ends at 25,000 events, and the execution fails there. How many rounds or items there will "
            "be is a matter of data, so what works in tests fails with the first large customer."
        ),
        example="An inline Map with six Tasks per item makes 32 events per item: 781 items are the end.",
        remedy=(
            "Give the rounds or items a history of their own, in a child or a distributed Map, or wait with .sync "
            "or a task token in place of polling."
        ),
    ),
    Rule(
        code="ASL810",
        name="definition-size",
        severity=Severity.WARNING,
        what="The definition takes up much of the 1 MiB that AWS accepts.",
        why="The quota cannot be raised, and the definition that goes beyond it is the one with the urgent fix.",
        example="A generated definition of 700 KB.",
        remedy="Extract the largest domain first; definitions that are generated can often share one child.",
    ),
    Rule(
        code="ASL811",
        name="change-blast-radius",
        severity=Severity.WARNING,
        what="Of the commits that change states of this file, many change more than one domain.",
        why=(
            "Then a small change of one domain means to test, review and release the others with it. It is measured "
            "with --history, from the file's own git log."
        ),
        example="Seven of ten commits touch payment and inventory states together.",
        remedy=(
            "States that change together belong together: draw the borders so that a change of one domain stays in "
            "one file."
        ),
    ),
    Rule(
        code="ASL812",
        name="copied-region",
        severity=Severity.WARNING,
        what="A region occurs again, here or in another machine, equal up to names, ARNs and literals.",
        why=(
            "Each copy has to be found when one of them is repaired, and they drift apart until nobody knows which "
            "is right."
        ),
        example="Starting a job, waiting, asking for its status and deciding, four times with other function names.",
        remedy=(
            "Extract one of the copies as a child and name the others under its `shared`, those of other machines by "
            "their boundary map and the child there: it is called from every place, and literals that differ are sent "
            "along."
        ),
    ),
    Rule(
        code="ASL813",
        name="mixed-profiles",
        severity=Severity.WARNING,
        what=(
            "One machine runs work of several execution profiles: it waits for people, for jobs or by polling, maps "
            "in bulk, and answers requests."
        ),
        why="They want other kinds of machine, other time limits and retries, and mostly other people on call.",
        example=(
            "A checkout that answers at once, then an approval by task token, then a distributed Map over all items."
        ),
        remedy=(
            "Give each profile a machine of its own: waiting work as an asynchronous or callback child, bulk work "
            "behind a distributed Map or as an express child."
        ),
    ),
    Rule(
        code="ASL821",
        name="wrapper-child",
        severity=Severity.NOTE,
        what="A child has a single task.",
        why="The call costs more states, events and rights than the task it wraps, and its contract has to be kept.",
        example="A child of a Pass, a Lambda Task and a Succeed state.",
        remedy="Inline it: one task with its Retry and Catch reads better where it is called.",
    ),
    Rule(
        code="ASL822",
        name="whole-document-sent",
        severity=Severity.WARNING,
        what="A child is sent the whole document of its parent.",
        why="Then the contract is whatever the parent happens to hold, and every field of it may be depended upon.",
        example='"Input.$": "$"',
        remedy="Name the fields that the child reads in Input; the contract is what stands there.",
    ),
    Rule(
        code="ASL823",
        name="child-internals-read",
        severity=Severity.WARNING,
        what=(
            "The parent reads more than three fields below a child's Output, or fields of the answer that tell how "
            "its execution ran."
        ),
        why="The child can then no longer change what should be its own affair, and the border is one on paper only.",
        example="$.payment.Output.result.provider.raw.code",
        remedy="Let the child answer with the few fields that its contract promises, and read those.",
    ),
    Rule(
        code="ASL824",
        name="unversioned-child",
        severity=Severity.WARNING,
        what="A child is called by an ARN without alias or version, as far as the ARN or its placeholder shows.",
        why=(
            "Whatever is deployed next is called at once, also by executions that are under way, and cannot be "
            "taken back."
        ),
        example='"StateMachineArn": "${PaymentStateMachineArn}"',
        remedy=(
            "Call an alias, so that a new version reaches the parent when the alias is moved and not before; a "
            "placeholder for one says so in its name."
        ),
    ),
    Rule(
        code="ASL825",
        name="nested-children",
        severity=Severity.NOTE,
        what="A child calls a child.",
        why="Every level adds a history to look through, a contract to keep and a place where a redrive begins anew.",
        example="Order calls payment, payment calls card, card calls authorization.",
        remedy="Let the parent call the grandchild itself, unless the child in between decides something of its own.",
    ),
    Rule(
        code="ASL831",
        name="no-history",
        severity=Severity.WARNING,
        what="--history was asked for, and there is no git log of the file to read.",
        why="Without earlier versions nobody can say which states change together.",
        example="A file that lies in no git repository, or was never committed.",
        remedy="Look at the file in a clone that has its history; a shallow clone has none.",
    ),
    Rule(
        code="ASL832",
        name="neighbour-unreadable",
        severity=Severity.WARNING,
        what="A file of a folder (`inspect --with`, `diff`) that may be a definition cannot be read, and is left out.",
        why="What is copied from or into that machine, or moved, does not show.",
        example="other.asl.json, with a transition to a state that is not there.",
        remedy="Inspect that file by itself to see what is wrong with it.",
    ),
)
