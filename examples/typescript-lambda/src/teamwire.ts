/** What every consumer does with the body of a message, wherever it keeps what it learns. */

import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CloudEvent } from "cloudevents";
import type { TeamwireEvent } from "./events.js";
import { isDeletion, isNewer, isView, showsAState } from "./order.js";

/** The event; throws what the SDK throws where it is none. */
export function read(body: string): TeamwireEvent {
  const event = JSON.parse(body);
  // The SDK fills in what is absent, and takes any version.
  if (typeof event?.id !== "string" || event.specversion !== "1.0") throw new TypeError("no event");
  new CloudEvent(event, true);
  return event;
}

/** The event with its data, from the stack's claim bucket and no other. */
export async function fetchData(event: TeamwireEvent, s3: S3Client, claimBucket: string): Promise<TeamwireEvent> {
  if (!("dataref" in event)) return event;
  const { dataref, ...rest } = event;
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(dataref) ?? [];
  if (bucket !== claimBucket) throw new Error("the data is in a bucket that is not the stack's");
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return { ...rest, data: JSON.parse((await object.Body?.transformToString()) ?? "") } as TeamwireEvent;
}

/** What of the resource it writes: a chat and the view of it are kept apart, and end together. */
export function parts(event: TeamwireEvent): string[] {
  if (!showsAState(event)) return [];
  if (event.type === "microsoft.graph.chat.deleted") return ["resource", "viewpoint"];
  return ["payloadkind" in event ? event.payloadkind : "resource"];
}

/** What is kept of a part, a deletion too; none where that stays as it is. */
export function keptAfter(stored: TeamwireEvent | undefined, event: TeamwireEvent): TeamwireEvent | undefined {
  const newer = stored === undefined || isNewer(stored, event);
  if (stored === undefined || !isView(stored) || !isView(event) || isDeletion(stored) || isDeletion(event)) {
    return newer ? event : undefined;
  }
  // What a view leaves out has not changed, whichever of the two came first.
  const [late, last] = newer ? [stored, event] : [event, stored];
  return { ...last, data: { ...dataOf(late), ...dataOf(last) } } as TeamwireEvent;
}

function dataOf(event: TeamwireEvent): object {
  return "data" in event ? event.data : {};
}
