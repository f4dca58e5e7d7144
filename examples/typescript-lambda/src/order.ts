/** Which of two events of one subject shows the later state: docs/EVENTS.md says it in words. */

/** What the order follows from. */
export interface Shown {
  id: string;
  type: string;
  time: string;
  receivedat: string;
  origin: string;
  contentversion?: string;
  payloadkind?: string;
  referencereason?: string;
}

/** Whether `event` replaces what `stored`, an event of the same subject, left. */
export function isNewer(stored: Shown, event: Shown): boolean {
  if (!showsAState(event)) return false;
  const apart = isView(event) !== isView(stored) && !isDeletion(event) && !isDeletion(stored);
  if (apart || !showsAState(stored)) return true;
  const [own, other] = [shownAt(event), shownAt(stored)];
  if (own !== other) return own > other;
  if (isDeletion(event) !== isDeletion(stored)) return isDeletion(event);
  return event.id > stored.id;
}

export function showsAState(event: Shown): boolean {
  return isTombstone(event) || ["decrypted", "hydrated", "backfilled"].includes(event.origin);
}

/** Tombstones of one resource share an id, and each counts. */
export function isTombstone(event: Shown): boolean {
  return event.referencereason === "deleted" || event.referencereason === "gone";
}

export function isDeletion(event: Shown): boolean {
  return event.type.endsWith(".deleted");
}

export function isView(event: Shown): boolean {
  return event.payloadkind === "viewpoint";
}

/** One number for each state, whichever it is compared with. */
function shownAt(event: Shown): bigint {
  const version = event.contentversion;
  const instead = version === undefined ? event.receivedat : event.time;
  return moment(version) ?? moment(instead) ?? 0n;
}

/** Nanoseconds since 1970 of an etag in milliseconds or of a date; none of anything else. */
function moment(version: string | undefined): bigint | undefined {
  if (version === undefined) return undefined;
  if (/^[0-9]{13}$/.test(version)) return BigInt(version) * 1_000_000n;
  const date = /^([-0-9]+T[:0-9]+)(?:\.([0-9]+))?(Z|[-+][:0-9]+)$/.exec(version);
  const at = date ? Date.parse(`${date[1]}${date[3]}`) : NaN;
  if (Number.isNaN(at)) return undefined;
  return BigInt(at) * 1_000_000n + BigInt((date?.[2] ?? "0").padEnd(9, "0").slice(0, 9));
}
