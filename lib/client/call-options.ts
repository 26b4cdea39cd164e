/** A call's options as a call that is on its way has them. Knows no channel. */
import type { CallHeaders, CallOptions } from "../call/call.ts";
import type { ClientCall } from "../connection/client-call.ts";

import { type InteractionOptions, ofInteraction } from "../connection/interaction.ts";

/** Hands to `call` what its caller wants beside a deadline and headers. */
export function applyOptions(call: ClientCall, options: InteractionOptions): void {
  call.interaction = options[ofInteraction];
  call.queueTimeoutMs = options.queueTimeoutMs ?? 0;
  call.onReplyHeaders = options.onHeaders;
  const signal = signalOf(options);
  if (signal !== undefined) call.cancelBy(signal);
}

/** What aborts the call: its own signal, or that of the call that it is made for. */
export function signalOf(options: CallOptions | undefined): AbortSignal | undefined {
  if (options?.inherit === undefined) return options?.signal;
  return options.signal === undefined
    ? options.inherit.signal
    : AbortSignal.any([options.signal, options.inherit.signal]);
}

/** Undefined for none. */
export function headersOf(headers: Readonly<Record<string, string>>): CallHeaders | undefined {
  const entries = Object.entries(headers);
  return entries.length === 0 ? undefined : new Map(entries);
}
