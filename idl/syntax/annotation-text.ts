/** The value of an annotation as text, whatever it was written as; "" where it has none that is one word. */
import type { Annotation } from "./ast.ts";

export function annotationText({ value }: Annotation): string {
  switch (value?.kind) {
    case "string":
    case "bool":
      return String(value.value);
    case "int":
    case "double":
    case "name":
      return value.text;
    default:
      return "";
  }
}
