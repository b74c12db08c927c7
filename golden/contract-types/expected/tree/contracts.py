"""Made by aslsplit contract types. Make it again instead of changing it."""

from typing import Any, Literal, NotRequired, TypedDict

# QuoteWorkflow contract, version 1.0


class QuoteInputMeta(TypedDict):
    correlationId: Any
    causationId: str
    contractVersion: Literal["1.0"]


class QuoteRequestParcel(TypedDict):
    country: str
    insuredValue: NotRequired[float]


class QuoteRequestWeight(TypedDict):
    grams: Any


class QuoteRequest(TypedDict):
    parcel: QuoteRequestParcel
    weight: QuoteRequestWeight


class QuoteInput(TypedDict):
    meta: QuoteInputMeta
    request: QuoteRequest


class QuoteOutputMeta(TypedDict):
    correlationId: Any
    contractVersion: Literal["1.0"]


class QuoteClosedResultClosed(TypedDict):
    Cause: Any


class QuoteClosedResult(TypedDict):
    closed: QuoteClosedResultClosed


class QuoteClosedOutput(TypedDict):
    meta: QuoteOutputMeta
    outcome: Literal["closed"]
    result: QuoteClosedResult


class QuotePossibleResultQuote(TypedDict):
    price: Any


class QuotePossibleResult(TypedDict):
    quote: QuotePossibleResultQuote


class QuotePossibleOutput(TypedDict):
    meta: QuoteOutputMeta
    outcome: Literal["possible"]
    result: QuotePossibleResult


QuoteOutput = QuoteClosedOutput | QuotePossibleOutput
QuoteKnownError = Literal["ParcelRefused", "ContractValidationError"]


class QuoteFailure(TypedDict):
    Error: NotRequired[str]
    Cause: NotRequired[str]


# AfterWorkWorkflow contract, version 1.1


class AfterWorkInputMeta(TypedDict):
    correlationId: Any
    causationId: str
    contractVersion: Literal["1.0", "1.1"]


class AfterWorkPrintLabelRequestQuote(TypedDict):
    price: Any


class AfterWorkPrintLabelRequest(TypedDict):
    quote: AfterWorkPrintLabelRequestQuote


class AfterWorkPrintLabelInput(TypedDict):
    meta: AfterWorkInputMeta
    entry: Literal["PrintLabel"]
    request: AfterWorkPrintLabelRequest


class AfterWorkTryTomorrowRequestClosed(TypedDict):
    Cause: Any


class AfterWorkTryTomorrowRequest(TypedDict):
    closed: AfterWorkTryTomorrowRequestClosed


class AfterWorkTryTomorrowInput(TypedDict):
    meta: AfterWorkInputMeta
    entry: Literal["TryTomorrow"]
    request: AfterWorkTryTomorrowRequest


class AfterWorkOutputMeta(TypedDict):
    correlationId: Any
    contractVersion: Literal["1.1"]


class AfterWorkOutput(TypedDict):
    meta: AfterWorkOutputMeta
    result: Any


AfterWorkInput = AfterWorkPrintLabelInput | AfterWorkTryTomorrowInput
AfterWorkKnownError = Literal["ContractValidationError"]


class AfterWorkFailure(TypedDict):
    Error: NotRequired[str]
    Cause: NotRequired[str]


# WeighingWorkflow contract, version 1.0


class WeighingInputMeta(TypedDict):
    correlationId: Any
    causationId: str
    contractVersion: Literal["1.0"]


class WeighingRequestParcel(TypedDict):
    id: str


class WeighingRequest(TypedDict):
    parcel: WeighingRequestParcel


class WeighingInput(TypedDict):
    meta: WeighingInputMeta
    request: WeighingRequest


class WeighingOutputMeta(TypedDict):
    correlationId: Any
    contractVersion: Literal["1.0"]


class WeighingResultWeight(TypedDict):
    grams: Any


class WeighingResult(TypedDict):
    weight: WeighingResultWeight


class WeighingOutput(TypedDict):
    meta: WeighingOutputMeta
    result: WeighingResult


WeighingKnownError = Literal["ContractValidationError"]


class WeighingFailure(TypedDict):
    Error: NotRequired[str]
    Cause: NotRequired[str]
