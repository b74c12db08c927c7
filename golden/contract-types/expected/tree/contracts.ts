// Made by aslsplit contract types. Make it again instead of changing it.

// QuoteWorkflow contract, version 1.0

export interface QuoteInputMeta {
  correlationId: unknown;
  causationId: string;
  contractVersion: "1.0";
}

export interface QuoteRequestParcel {
  country: string;
  insuredValue?: number;
}

export interface QuoteRequestWeight {
  grams: unknown;
}

export interface QuoteRequest {
  parcel: QuoteRequestParcel;
  weight: QuoteRequestWeight;
}

export interface QuoteInput {
  meta: QuoteInputMeta;
  request: QuoteRequest;
}

export interface QuoteOutputMeta {
  correlationId: unknown;
  contractVersion: "1.0";
}

export interface QuoteClosedResultClosed {
  Cause: unknown;
}

export interface QuoteClosedResult {
  closed: QuoteClosedResultClosed;
}

export interface QuoteClosedOutput {
  meta: QuoteOutputMeta;
  outcome: "closed";
  result: QuoteClosedResult;
}

export interface QuotePossibleResultQuote {
  price: unknown;
}

export interface QuotePossibleResult {
  quote: QuotePossibleResultQuote;
}

export interface QuotePossibleOutput {
  meta: QuoteOutputMeta;
  outcome: "possible";
  result: QuotePossibleResult;
}

export type QuoteOutput = QuoteClosedOutput | QuotePossibleOutput;

export type QuoteKnownError = "ParcelRefused" | "ContractValidationError";

export interface QuoteFailure {
  Error?: QuoteKnownError | (string & {});
  Cause?: string;
}
