/** How an error that was thrown is described in metadata, for peers that do not know its class. Knows no wire. */
import { ThriftError } from "../../errors/errors.ts";
import { isA } from "../../user-values/thrown.ts";
import { ErrorBlame, ErrorKind, ErrorSafety, ExceptionForm, type ExceptionMetadata } from "./payload-metadata.ts";
import { clampText } from "./rpc-error.ts";

/** A declared exception: its class and text, as the IDL's owner chose them. */
export function declaredException(error: unknown): ExceptionMetadata {
  const { constructor, message } = error as Error;
  return { name: textOf(constructor.name), what: clampText(textOf(message)), form: ExceptionForm.DECLARED };
}

/** An exception's fields are its owner's: whether they fit is for the codec to say, which names the one that does not. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** An error that no IDL declares: a neutral text, unless it was thrown to tell the caller that its arguments are wrong. */
export function undeclaredException(error: unknown, neutral: string): ExceptionMetadata {
  return (
    badArguments(error) ?? {
      name: "InternalError",
      what: neutral,
      form: ExceptionForm.UNDECLARED,
      classification: { blame: ErrorBlame.SERVER },
    }
  );
}

function badArguments(error: unknown): ExceptionMetadata | undefined {
  if (!isA(error, ThriftError)) return undefined;
  try {
    if (error.code !== "INVALID_ARGUMENT" || error.phase !== "handler") return undefined;
    return {
      name: String(error.name),
      what: clampText(error.message),
      form: ExceptionForm.UNDECLARED,
      classification: { kind: ErrorKind.PERMANENT, blame: ErrorBlame.CLIENT, safety: ErrorSafety.SAFE },
    };
  } catch {
    // An error whose getters throw says nothing.
    return undefined;
  }
}
