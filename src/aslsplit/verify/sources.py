"""Where a value came from in an execution: back along the way that it really took, to the places of the scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aslsplit.asl.model import State, StateType
from aslsplit.asl.paths import ANY, CONTEXT, DOCUMENT, Any_
from aslsplit.asl.source import Json
from aslsplit.verify.needs import input_of
from aslsplit.verify.places import LENGTH, Place, Step, Steps, Value, found_at, into_array
from aslsplit.verify.refs import ERROR, ITEMS, RESULT, KeyOf, Ref, of_item, ref_of_path, refs_in_template
from aslsplit.verify.timeline import Visit

__all__ = ["places_of", "values_seen"]

_MOST_PLACES = 24
_MOST_QUESTIONS = 3_000

Question = tuple[Visit, Ref]
"""What a reference means to the state of a visit."""


def places_of(visit: Visit, ref: Ref) -> tuple[Place, ...]:
    """Where a value for the reference would have to be put; empty if it is made up by the definition."""
    found: dict[Place, None] = {}
    asked: set[tuple[int, Ref]] = set()
    pending: list[Question | Place] = [(visit, ref)]
    while pending and len(found) < _MOST_PLACES and len(asked) < _MOST_QUESTIONS:
        one = pending.pop()
        if isinstance(one, Place):
            found.setdefault(one)
        elif (key := (one[0].position, one[1])) not in asked:
            asked.add(key)
            pending += reversed(list(_before(*one)))
    return tuple(found)


def values_seen(visit: Visit, ref: Ref) -> list[Value]:
    """What the reference means there, as far as the trace tells: for the input and for variables."""
    if ref.root == DOCUMENT:
        return found_at(visit.step.input, ref.steps)
    current: Visit | None = visit
    while current is not None:
        earlier = current.before
        if earlier is None:
            current = current.around
        elif ref.root[1:] in earlier.step.assigned:
            return found_at(earlier.step.assigned[ref.root[1:]], ref.steps)
        else:
            current = earlier
    return []


def _before(visit: Visit, ref: Ref) -> Iterator[Question | Place]:
    """One step back."""
    ref = _named(visit, ref)
    of_root = {DOCUMENT: _of_document, CONTEXT: _of_context, RESULT: _of_result, ERROR: _of_error, ITEMS: _items}
    if ref.root in of_root:
        yield from of_root[ref.root](visit, ref.steps)
    else:
        yield from _of_variable(visit, ref.root[1:], ref.steps)


def _named(visit: Visit, ref: Ref) -> Ref:
    """With the names that are themselves values of the execution."""
    if not any(isinstance(step, KeyOf) for step in ref.steps):
        return ref
    steps: list[Step] = []
    for step in ref.steps:
        if isinstance(step, KeyOf):
            seen = values_seen(visit, step.ref)
            steps.append(seen[0] if seen and isinstance(seen[0], str | int) else "key")
        else:
            steps.append(step)
    return Ref(ref.root, tuple(steps))


def _of_document(visit: Visit, steps: Steps) -> Iterator[Question | Place]:
    if visit.before is not None:
        yield from _behind(visit.before, steps)
    elif visit.around is None:
        yield Place(None, steps)
    else:
        yield from _handed_in(visit.around, visit.branch, steps)


def _of_context(visit: Visit, steps: Steps) -> Iterator[Question | Place]:
    inside = visit
    while (owner := inside.around) is not None:
        if owner.state.type is StateType.MAP:
            if steps[:3] == ("Map", "Item", "Value"):
                yield from _items(owner, (inside.branch, *steps[3:]))
                return
            distributed = any(scope.kind == "distributed" for scope in owner.state.scopes)
            if distributed and steps[:2] == ("Execution", "Input"):
                yield from _handed_in(owner, inside.branch, steps[2:])
                return
        inside = owner
    if steps[:2] == ("Execution", "Input"):
        yield Place(None, steps[2:])


def _of_variable(visit: Visit, name: str, steps: Steps) -> Iterator[Question | Place]:
    """From the last visit before this one, here or around here, that assigned the variable."""
    current: Visit | None = visit
    while current is not None:
        earlier = current.before
        if earlier is None:
            current = current.around
            continue
        for block in _left_by(earlier):
            assigned = block.get("Assign") or {}
            if name in assigned or f"{name}.$" in assigned:
                for ref in refs_in_template(assigned, (name, *steps), earlier.state.query_language):
                    yield earlier, _meant(earlier, ref)
                return
        current = earlier


def _left_by(visit: Visit) -> Iterator[Mapping[str, Json]]:
    """The state, rule or catcher whose Assign and Output applied, or those that may have been it."""
    body = visit.state.body
    target = visit.behind.state.name if visit.behind is not None else None
    if visit.catcher is not None:
        yield body["Catch"][visit.catcher]
    elif visit.state.type is StateType.CHOICE:
        yield from (rule for rule in body.get("Choices") or () if rule.get("Next") == target)
        if body.get("Default") == target:
            yield body
    else:
        yield body


def _meant(visit: Visit, ref: Ref) -> Ref:
    """In JSONPath mode, ``$`` in Assign and ResultSelector is what the state's work gave."""
    if ref.root != DOCUMENT or visit.state.query_language == "JSONata":
        return ref
    if visit.catcher is not None:
        return Ref(ERROR, ref.steps)
    return Ref(RESULT, ref.steps) if _works(visit.state) else input_of(visit.state).at(*ref.steps)


def _works(state: State) -> bool:
    return state.type in (StateType.TASK, StateType.MAP, StateType.PARALLEL, StateType.PASS)


def _behind(visit: Visit, steps: Steps) -> Iterator[Question | Place]:
    """``steps`` into what the state put out."""
    if visit.state.query_language == "JSONata":
        yield from _behind_jsonata(visit, steps)
        return
    body = visit.state.body
    if visit.catcher is not None:
        for catcher in _left_by(visit):
            yield from _put_into(visit, catcher, steps, Ref(ERROR))
        return
    kept = ref_of_path(body.get("OutputPath", "$"))
    if kept is None:
        return
    if kept.root != DOCUMENT:
        yield visit, kept.at(*steps)
    elif _works(visit.state):
        yield from _put_into(visit, body, (*kept.steps, *steps), Ref(RESULT))
    else:
        yield visit, input_of(visit.state).at(*kept.steps, *steps)


def _put_into(visit: Visit, block: Mapping[str, Json], steps: Steps, result: Ref) -> Iterator[Question | Place]:
    """``steps`` into the input with the result at ResultPath."""
    path = block.get("ResultPath", "$")
    at = ref_of_path(path)
    if path is None or (at is not None and steps[: len(at.steps)] != at.steps):
        yield visit, Ref(DOCUMENT, steps)
    elif at is not None:
        inside = steps[len(at.steps) :]
        if "ResultSelector" in block and result.root == RESULT:
            for ref in refs_in_template(block["ResultSelector"], inside, "JSONPath"):
                yield visit, _meant(visit, ref)
        else:
            yield visit, result.at(*inside)


def _behind_jsonata(visit: Visit, steps: Steps) -> Iterator[Question | Place]:
    for block in _left_by(visit):
        if "Output" in block:
            for ref in refs_in_template(block["Output"], steps, "JSONata"):
                yield visit, ref
        elif visit.catcher is not None:
            yield visit, Ref(ERROR, steps)
        else:
            makes = visit.state.type in (StateType.TASK, StateType.MAP, StateType.PARALLEL)
            yield visit, Ref(RESULT if makes else DOCUMENT, steps)


def _of_result(visit: Visit, steps: Steps) -> Iterator[Question | Place]:
    state = visit.state
    match state.type:
        case StateType.TASK:
            yield Place(state.name, steps, visit.turn)
        case StateType.PASS:
            if "Result" not in state.body:
                yield from _shaped(visit, "Parameters", steps)
        case StateType.MAP | StateType.PARALLEL:
            if state.type is StateType.MAP and steps == (LENGTH,):
                yield from _items(visit, steps)
                return
            chosen, inside = into_array(steps)
            for number, last in visit.ends.items():
                if chosen is None or number == chosen % max(len(visit.ends), 1):
                    yield from _behind(last, inside)
        case _:
            return


def _shaped(visit: Visit, field: str, steps: Steps) -> Iterator[Question | Place]:
    """``steps`` into the effective input as the template makes something of it, if there is one."""
    language = visit.state.query_language
    own = Ref(DOCUMENT) if language == "JSONata" else input_of(visit.state)
    if field not in visit.state.body:
        yield visit, own.at(*steps)
        return
    for ref in refs_in_template(visit.state.body[field], steps, language):
        yield visit, own.at(*ref.steps) if ref.root == DOCUMENT else ref


def _handed_in(owner: Visit, branch: int, steps: Steps) -> Iterator[Question | Place]:
    """``steps`` into what a branch or an iteration begins with."""
    body, language = owner.state.body, owner.state.query_language
    if owner.state.type is StateType.PARALLEL:
        yield from _shaped(owner, "Arguments" if language == "JSONata" else "Parameters", steps)
        return
    if "ItemBatcher" in body:
        if steps[:1] == ("Items",) and steps[1:] in ((), (LENGTH,)):
            yield from _items(owner, steps[1:])
        elif steps[:1] == ("Items",):
            yield from _selected(owner, ANY, into_array(steps[1:])[1])
        elif steps[:1] == ("BatchInput",):
            for ref in refs_in_template(body["ItemBatcher"].get("BatchInput"), steps[1:], language):
                yield owner, ref
        return
    yield from _selected(owner, branch, steps)


def _selected(owner: Visit, item: int | Any_, steps: Steps) -> Iterator[Question | Place]:
    body, language = owner.state.body, owner.state.query_language
    template = body.get("ItemSelector", body.get("Parameters") if language == "JSONPath" else None)
    if template is None:
        yield from _items(owner, (item, *steps))
        return
    own = Ref(DOCUMENT) if language == "JSONata" else input_of(owner.state)
    for ref in refs_in_template(template, steps, language):
        yield owner, own.at(*ref.steps) if ref.root == DOCUMENT else of_item(ref, item)


def _items(owner: Visit, steps: Steps) -> Iterator[Question | Place]:
    """``steps`` into the array that a Map goes through."""
    body = owner.state.body
    if "ItemReader" in body:
        yield Place(owner.state.name, steps, owner.turn)
    elif owner.state.query_language == "JSONata":
        for ref in refs_in_template(body["Items"], steps, "JSONata") if "Items" in body else (Ref(DOCUMENT, steps),):
            yield owner, ref
    else:
        path = ref_of_path(body.get("ItemsPath", "$"))
        if path is not None:
            inside = steps[1:] if ANY in path.steps and steps and isinstance(steps[0], int) else steps
            own = input_of(owner.state)
            yield owner, (own.at(*path.steps) if path.root == DOCUMENT else path).at(*inside)


def _of_error(visit: Visit, steps: Steps) -> Iterator[Question | Place]:
    """The error that was caught is the last one that a task inside was answered, or the task itself."""
    if visit.state.type is StateType.TASK:
        yield Place(visit.state.name, steps, visit.turn, error=True)
        return
    for last in visit.ends.values():
        if last.failed:
            yield from _of_error(last, steps)
