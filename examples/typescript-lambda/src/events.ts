/* Made from docs/schemas by `make examples BLESS=1`. */

export type TeamwireEvent =
  | AiInteractionEvent
  | CallAiInsightEvent
  | CallEventEvent
  | CallRecordEvent
  | CallRecordingEvent
  | CallTranscriptEvent
  | ChannelEvent
  | ChatEvent
  | ChatMessageEvent
  | ConversationMemberEvent
  | GapEvent
  | SharedWithChannelTeamInfoEvent
  | TeamEvent
  | TeamsAppInstallationEvent;
export type AiInteractionEvent =
  AiInteractionWithData | AiInteractionInBucket | AiInteractionTombstone | AiInteractionReference;
/**
 * Graph may add to these.
 */
export type BodyType = ("text" | "html") | string;
/**
 * Graph may add to these.
 */
export type ApplicationIdentityType =
  ("aadApplication" | "bot" | "tenantBot" | "office365Connector" | "outgoingWebhook") | string;
/**
 * Graph may add to these.
 */
export type ConversationIdentityType = ("team" | "channel" | "chat") | string;
/**
 * Graph may add to these.
 */
export type UserIdentityType =
  | (
      | "aadUser"
      | "onPremiseAadUser"
      | "anonymousGuest"
      | "federatedUser"
      | "personalMicrosoftAccountUser"
      | "skypeUser"
      | "phoneUser"
      | "emailUser"
      | "azureCommunicationServicesUser"
    )
  | string;
/**
 * Graph may add to these.
 */
export type InteractionType = ("userPrompt" | "aiResponse") | string;
export type CallAiInsightEvent =
  CallAiInsightWithData | CallAiInsightInBucket | CallAiInsightTombstone | CallAiInsightReference;
export type CallEventEvent = CallEventWithData | CallEventInBucket | CallEventTombstone | CallEventReference;
/**
 * Graph may add to these.
 */
export type MeetingCallEventType =
  ("callStarted" | "callEnded" | "rosterUpdated" | "recordingStateUpdated" | "transcriptionStateUpdated") | string;
export type CallRecordEvent = CallRecordWithData | CallRecordInBucket | CallRecordTombstone | CallRecordReference;
/**
 * Graph may add to these.
 */
export type CallType = ("unknown" | "groupCall" | "peerToPeer") | string;
export type CallRecordingEvent =
  CallRecordingWithData | CallRecordingInBucket | CallRecordingTombstone | CallRecordingReference;
export type CallTranscriptEvent =
  CallTranscriptWithData | CallTranscriptInBucket | CallTranscriptTombstone | CallTranscriptReference;
export type ChannelEvent = ChannelWithData | ChannelInBucket | ChannelTombstone | ChannelReference;
/**
 * Graph may add to these.
 */
export type ChannelLayout = ("post" | "chat") | string;
/**
 * Graph may add to these.
 */
export type MembershipType = ("standard" | "private" | "shared") | string;
/**
 * Graph may add to these.
 */
export type MigrationMode = ("inProgress" | "completed") | string;
export type ChatEvent = ChatWithData | ChatInBucket | ChatTombstone | ChatReference;
/**
 * Graph may add to these.
 */
export type ChatType = ("oneOnOne" | "group" | "meeting") | string;
export type EventDetail =
  | CallDetail
  | CallRecordingDetail
  | CallTranscriptDetail
  | ChannelDetail
  | ChannelSharingDetail
  | ChatDetail
  | MeetingPolicyDetail
  | MemberRoleDetail
  | MembersDetail
  | PinDetail
  | TabDetail
  | TeamDetail
  | TeamsAppDetail
  | OtherDetail;
/**
 * Graph may add to these.
 */
export type CallEventType = ("call" | "meeting" | "screenShare") | string;
/**
 * Graph may add to these.
 */
export type CallRecordingStatus = ("initial" | "chunkFinished" | "success" | "failure") | string;
/**
 * Graph may add to these.
 */
export type MessageType = ("message" | "chatEvent" | "typing" | "systemEventMessage") | string;
export type ChatMessageEvent = ChatMessageWithData | ChatMessageInBucket | ChatMessageTombstone | ChatMessageReference;
/**
 * Graph may add to these.
 */
export type Importance = ("normal" | "high" | "urgent") | string;
export type ConversationMemberEvent =
  ConversationMemberWithData | ConversationMemberInBucket | ConversationMemberTombstone | ConversationMemberReference;
export type SharedWithChannelTeamInfoEvent =
  | SharedWithChannelTeamInfoWithData
  | SharedWithChannelTeamInfoInBucket
  | SharedWithChannelTeamInfoTombstone
  | SharedWithChannelTeamInfoReference;
export type TeamEvent = TeamWithData | TeamInBucket | TeamTombstone | TeamReference;
/**
 * Graph may add to these.
 */
export type Visibility = ("private" | "public" | "hiddenMembership") | string;
export type TeamsAppInstallationEvent =
  | TeamsAppInstallationWithData
  | TeamsAppInstallationInBucket
  | TeamsAppInstallationTombstone
  | TeamsAppInstallationReference;

/**
 * The resource is in the event.
 */
export interface AiInteractionWithData {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: AiInteraction;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:aiInteraction";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.aiInteraction.created"
    | "microsoft.graph.aiInteraction.updated"
    | "microsoft.graph.aiInteraction.deleted";
}
/**
 * aiInteraction: a prompt or an answer.
 */
export interface AiInteraction {
  /**
   * The app it happened in, such as IPM.SkypeTeams.Message.Copilot.Teams.
   */
  appClass?: string | null;
  attachments?: InteractionAttachment[] | null;
  body?: ItemBody | null;
  contexts?: InteractionContext[] | null;
  conversationType?: string | null;
  createdDateTime?: string | null;
  etag?: string | null;
  from?: IdentitySet | null;
  id?: string | null;
  interactionType?: InteractionType | null;
  links?: InteractionLink[] | null;
  locale?: string | null;
  mentions?: InteractionMention[] | null;
  /**
   * Equal for a prompt and its answers.
   */
  requestId?: string | null;
  /**
   * Equal for what belongs to one conversation.
   */
  sessionId?: string | null;
  [k: string]: unknown;
}
/**
 * aiInteractionAttachment
 */
export interface InteractionAttachment {
  attachmentId?: string | null;
  content?: string | null;
  contentType?: string | null;
  contentUrl?: string | null;
  name?: string | null;
  [k: string]: unknown;
}
/**
 * itemBody
 */
export interface ItemBody {
  /**
   * Text or HTML. Mentions and attachments stand in it as <at id=".."> and <attachment id="..">.
   */
  content?: string | null;
  contentType?: BodyType | null;
  [k: string]: unknown;
}
/**
 * aiInteractionContext: what was open.
 */
export interface InteractionContext {
  contextReference?: string | null;
  contextType?: string | null;
  displayName?: string | null;
  [k: string]: unknown;
}
/**
 * The sender, initiator or reacting party: usually one of the members has a value.
 */
export interface IdentitySet {
  "@odata.type"?: string | null;
  /**
   * A bot, a connector or another app.
   */
  application?: Identity | null;
  /**
   * A team, channel or chat, where it is mentioned.
   */
  conversation?: Identity | null;
  device?: Identity | null;
  /**
   * A tag of a team, where it is mentioned.
   */
  tag?: Identity | null;
  user?: Identity | null;
  [k: string]: unknown;
}
/**
 * One identity of a set.
 */
export interface Identity {
  "@odata.type"?: string | null;
  applicationIdentityType?: ApplicationIdentityType | null;
  conversationIdentityType?: ConversationIdentityType | null;
  /**
   * Null in most notifications.
   */
  displayName?: string | null;
  id?: string | null;
  tenantId?: string | null;
  userIdentityType?: UserIdentityType | null;
  /**
   * Of the beta API.
   */
  userPrincipalName?: string | null;
  [k: string]: unknown;
}
/**
 * aiInteractionLink
 */
export interface InteractionLink {
  displayName?: string | null;
  linkType?: string | null;
  linkUrl?: string | null;
  [k: string]: unknown;
}
/**
 * aiInteractionMention
 */
export interface InteractionMention {
  mentionId?: number | null;
  mentionText?: string | null;
  mentioned?: IdentitySet | null;
  [k: string]: unknown;
}
/**
 * The resource is too large for the queue, and stands where dataref says.
 */
export interface AiInteractionInBucket {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  datacontenttype: "application/json";
  /**
   * Where the resource is when it does not fit the queue.
   */
  dataref: string;
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:aiInteraction";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.aiInteraction.created"
    | "microsoft.graph.aiInteraction.updated"
    | "microsoft.graph.aiInteraction.deleted";
}
/**
 * The resource is gone.
 */
export interface AiInteractionTombstone {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:aiInteraction";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason: "deleted" | "gone";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.aiInteraction.deleted";
}
export interface Reference {
  /**
   * The same as subject.
   */
  "@odata.id": string;
}
/**
 * Something changed, and the event can't show what.
 */
export interface AiInteractionReference {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:aiInteraction";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason:
    "needs-organizer" | "needs-scope" | "list-only" | "no-get" | "foreign-resource" | "refused" | "not-found";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.aiInteraction.created"
    | "microsoft.graph.aiInteraction.updated"
    | "microsoft.graph.aiInteraction.deleted";
}
/**
 * The resource is in the event.
 */
export interface CallAiInsightWithData {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: CallAiInsight;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callAiInsight";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.callAiInsight.created"
    | "microsoft.graph.callAiInsight.updated"
    | "microsoft.graph.callAiInsight.deleted";
}
/**
 * callAiInsight: what Copilot made of a meeting's transcript.
 */
export interface CallAiInsight {
  actionItems?: ActionItem[] | null;
  callId?: string | null;
  /**
   * Equal for the insight and its transcript.
   */
  contentCorrelationId?: string | null;
  createdDateTime?: string | null;
  endDateTime?: string | null;
  id?: string | null;
  meetingNotes?: MeetingNote[] | null;
  viewpoint?: InsightViewpoint | null;
  [k: string]: unknown;
}
/**
 * actionItem
 */
export interface ActionItem {
  ownerDisplayName?: string | null;
  text?: string | null;
  title?: string | null;
  [k: string]: unknown;
}
/**
 * meetingNote
 */
export interface MeetingNote {
  subpoints?: MeetingNoteSubpoint[] | null;
  text?: string | null;
  title?: string | null;
  [k: string]: unknown;
}
/**
 * meetingNoteSubpoint
 */
export interface MeetingNoteSubpoint {
  text?: string | null;
  title?: string | null;
  [k: string]: unknown;
}
/**
 * callAiInsightViewPoint: of the user in the path.
 */
export interface InsightViewpoint {
  mentionEvents?: MentionEvent[] | null;
  [k: string]: unknown;
}
/**
 * mentionEvent: where the user is spoken of.
 */
export interface MentionEvent {
  eventDateTime?: string | null;
  speaker?: IdentitySet | null;
  transcriptUtterance?: string | null;
  [k: string]: unknown;
}
/**
 * The resource is too large for the queue, and stands where dataref says.
 */
export interface CallAiInsightInBucket {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  datacontenttype: "application/json";
  /**
   * Where the resource is when it does not fit the queue.
   */
  dataref: string;
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callAiInsight";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.callAiInsight.created"
    | "microsoft.graph.callAiInsight.updated"
    | "microsoft.graph.callAiInsight.deleted";
}
/**
 * The resource is gone.
 */
export interface CallAiInsightTombstone {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callAiInsight";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason: "deleted" | "gone";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.callAiInsight.deleted";
}
/**
 * Something changed, and the event can't show what.
 */
export interface CallAiInsightReference {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callAiInsight";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason:
    "needs-organizer" | "needs-scope" | "list-only" | "no-get" | "foreign-resource" | "refused" | "not-found";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.callAiInsight.created"
    | "microsoft.graph.callAiInsight.updated"
    | "microsoft.graph.callAiInsight.deleted";
}
/**
 * The resource is in the event.
 */
export interface CallEventWithData {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: CallEvent;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callEvent";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.callEvent.created" | "microsoft.graph.callEvent.updated" | "microsoft.graph.callEvent.deleted";
}
/**
 * callEvent: a meeting's call began, ended, or has others in it.
 */
export interface CallEvent {
  "@odata.id"?: string | null;
  "@odata.type"?: string | null;
  /**
   * The same by its name in the metadata.
   */
  callEventType?: MeetingCallEventType | null;
  eventDateTime?: string | null;
  eventType?: MeetingCallEventType | null;
  /**
   * Of the notification.
   */
  id?: string | null;
  participants?: Participant[] | null;
  /**
   * Participants that joined or left since the previous event.
   */
  "participants@delta"?: Participant[] | null;
  [k: string]: unknown;
}
/**
 * participant
 */
export interface Participant {
  id?: string | null;
  info?: ParticipantInfo | null;
  isInLobby?: boolean | null;
  isMuted?: boolean | null;
  /**
   * There for who went.
   */
  removedState?: RemovedState | null;
  [k: string]: unknown;
}
/**
 * participantInfo
 */
export interface ParticipantInfo {
  identity?: IdentitySet | null;
  [k: string]: unknown;
}
/**
 * removedState
 */
export interface RemovedState {
  reason?: string | null;
  [k: string]: unknown;
}
/**
 * The resource is too large for the queue, and stands where dataref says.
 */
export interface CallEventInBucket {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  datacontenttype: "application/json";
  /**
   * Where the resource is when it does not fit the queue.
   */
  dataref: string;
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callEvent";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.callEvent.created" | "microsoft.graph.callEvent.updated" | "microsoft.graph.callEvent.deleted";
}
/**
 * The resource is gone.
 */
export interface CallEventTombstone {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callEvent";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason: "deleted" | "gone";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.callEvent.deleted";
}
/**
 * Something changed, and the event can't show what.
 */
export interface CallEventReference {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callEvent";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason:
    "needs-organizer" | "needs-scope" | "list-only" | "no-get" | "foreign-resource" | "refused" | "not-found";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.callEvent.created" | "microsoft.graph.callEvent.updated" | "microsoft.graph.callEvent.deleted";
}
/**
 * The resource is in the event.
 */
export interface CallRecordWithData {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: CallRecord;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callRecord";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    "microsoft.graph.callRecord.created" | "microsoft.graph.callRecord.updated" | "microsoft.graph.callRecord.deleted";
}
/**
 * callRecord: the sessions stand below it and are not announced.
 */
export interface CallRecord {
  endDateTime?: string | null;
  id?: string | null;
  joinWebUrl?: string | null;
  lastModifiedDateTime?: string | null;
  /**
   * audio, video, videoBasedScreenSharing, data, screenSharing.
   */
  modalities?: string[] | null;
  organizer?: IdentitySet | null;
  participants?: IdentitySet[] | null;
  startDateTime?: string | null;
  type?: CallType | null;
  /**
   * A number that grows with each change.
   */
  version?: number | null;
  [k: string]: unknown;
}
/**
 * The resource is too large for the queue, and stands where dataref says.
 */
export interface CallRecordInBucket {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  datacontenttype: "application/json";
  /**
   * Where the resource is when it does not fit the queue.
   */
  dataref: string;
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callRecord";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    "microsoft.graph.callRecord.created" | "microsoft.graph.callRecord.updated" | "microsoft.graph.callRecord.deleted";
}
/**
 * The resource is gone.
 */
export interface CallRecordTombstone {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callRecord";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason: "deleted" | "gone";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.callRecord.deleted";
}
/**
 * Something changed, and the event can't show what.
 */
export interface CallRecordReference {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callRecord";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason:
    "needs-organizer" | "needs-scope" | "list-only" | "no-get" | "foreign-resource" | "refused" | "not-found";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    "microsoft.graph.callRecord.created" | "microsoft.graph.callRecord.updated" | "microsoft.graph.callRecord.deleted";
}
/**
 * The resource is in the event.
 */
export interface CallRecordingWithData {
  /**
   * Where the content of a transcript or recording was put.
   */
  contentref?: string;
  /**
   * Why content that is wanted is not there.
   */
  contentskipped?: string;
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: CallRecording;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callRecording";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.callRecording.created"
    | "microsoft.graph.callRecording.updated"
    | "microsoft.graph.callRecording.deleted";
}
/**
 * callRecording: that there is one. The recording itself is at its URL.
 */
export interface CallRecording {
  callId?: string | null;
  /**
   * Equal for a recording and its transcript.
   */
  contentCorrelationId?: string | null;
  createdDateTime?: string | null;
  endDateTime?: string | null;
  id?: string | null;
  meetingId?: string | null;
  meetingOrganizer?: IdentitySet | null;
  /**
   * Relative to the Graph root in notifications.
   */
  recordingContentUrl?: string | null;
  [k: string]: unknown;
}
/**
 * The resource is too large for the queue, and stands where dataref says.
 */
export interface CallRecordingInBucket {
  /**
   * Where the content of a transcript or recording was put.
   */
  contentref?: string;
  /**
   * Why content that is wanted is not there.
   */
  contentskipped?: string;
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  datacontenttype: "application/json";
  /**
   * Where the resource is when it does not fit the queue.
   */
  dataref: string;
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callRecording";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.callRecording.created"
    | "microsoft.graph.callRecording.updated"
    | "microsoft.graph.callRecording.deleted";
}
/**
 * The resource is gone.
 */
export interface CallRecordingTombstone {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callRecording";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason: "deleted" | "gone";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.callRecording.deleted";
}
/**
 * Something changed, and the event can't show what.
 */
export interface CallRecordingReference {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callRecording";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason:
    "needs-organizer" | "needs-scope" | "list-only" | "no-get" | "foreign-resource" | "refused" | "not-found";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.callRecording.created"
    | "microsoft.graph.callRecording.updated"
    | "microsoft.graph.callRecording.deleted";
}
/**
 * The resource is in the event.
 */
export interface CallTranscriptWithData {
  /**
   * Where the content of a transcript or recording was put.
   */
  contentref?: string;
  /**
   * Why content that is wanted is not there.
   */
  contentskipped?: string;
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: CallTranscript;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callTranscript";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.callTranscript.created"
    | "microsoft.graph.callTranscript.updated"
    | "microsoft.graph.callTranscript.deleted";
}
/**
 * callTranscript: that there is one. The transcript itself is at its URL.
 */
export interface CallTranscript {
  callId?: string | null;
  /**
   * Equal for a transcript and its recording.
   */
  contentCorrelationId?: string | null;
  createdDateTime?: string | null;
  endDateTime?: string | null;
  id?: string | null;
  meetingId?: string | null;
  meetingOrganizer?: IdentitySet | null;
  /**
   * Relative to the Graph root in notifications.
   */
  transcriptContentUrl?: string | null;
  [k: string]: unknown;
}
/**
 * The resource is too large for the queue, and stands where dataref says.
 */
export interface CallTranscriptInBucket {
  /**
   * Where the content of a transcript or recording was put.
   */
  contentref?: string;
  /**
   * Why content that is wanted is not there.
   */
  contentskipped?: string;
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  datacontenttype: "application/json";
  /**
   * Where the resource is when it does not fit the queue.
   */
  dataref: string;
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callTranscript";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.callTranscript.created"
    | "microsoft.graph.callTranscript.updated"
    | "microsoft.graph.callTranscript.deleted";
}
/**
 * The resource is gone.
 */
export interface CallTranscriptTombstone {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callTranscript";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason: "deleted" | "gone";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.callTranscript.deleted";
}
/**
 * Something changed, and the event can't show what.
 */
export interface CallTranscriptReference {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:callTranscript";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason:
    "needs-organizer" | "needs-scope" | "list-only" | "no-get" | "foreign-resource" | "refused" | "not-found";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.callTranscript.created"
    | "microsoft.graph.callTranscript.updated"
    | "microsoft.graph.callTranscript.deleted";
}
/**
 * The resource is in the event.
 */
export interface ChannelWithData {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Channel;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:channel";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.channel.created" | "microsoft.graph.channel.updated" | "microsoft.graph.channel.deleted";
}
/**
 * channel
 */
export interface Channel {
  createdDateTime?: string | null;
  description?: string | null;
  displayName?: string | null;
  /**
   * The address for mail to the channel.
   */
  email?: string | null;
  id?: string | null;
  isArchived?: boolean | null;
  isFavoriteByDefault?: boolean | null;
  layoutType?: ChannelLayout | null;
  membershipType?: MembershipType | null;
  /**
   * The progress of the import of messages, if there is one.
   */
  migrationMode?: MigrationMode | null;
  /**
   * The time at which an imported channel began at its source.
   */
  originalCreatedDateTime?: string | null;
  tenantId?: string | null;
  webUrl?: string | null;
  [k: string]: unknown;
}
/**
 * The resource is too large for the queue, and stands where dataref says.
 */
export interface ChannelInBucket {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  datacontenttype: "application/json";
  /**
   * Where the resource is when it does not fit the queue.
   */
  dataref: string;
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:channel";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.channel.created" | "microsoft.graph.channel.updated" | "microsoft.graph.channel.deleted";
}
/**
 * The resource is gone.
 */
export interface ChannelTombstone {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:channel";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason: "deleted" | "gone";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.channel.deleted";
}
/**
 * Something changed, and the event can't show what.
 */
export interface ChannelReference {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:channel";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason:
    "needs-organizer" | "needs-scope" | "list-only" | "no-get" | "foreign-resource" | "refused" | "not-found";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.channel.created" | "microsoft.graph.channel.updated" | "microsoft.graph.channel.deleted";
}
/**
 * The resource is in the event.
 */
export interface ChatWithData {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Chat;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:chat";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * Of a chat: all of it, or what one user sees of it, to be merged.
   */
  payloadkind: "resource" | "viewpoint";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.chat.created" | "microsoft.graph.chat.updated" | "microsoft.graph.chat.deleted";
}
/**
 * chat
 */
export interface Chat {
  chatType?: ChatType | null;
  /**
   * Of the beta API.
   */
  createdBy?: IdentitySet | null;
  createdDateTime?: string | null;
  id?: string | null;
  isHiddenForAllMembers?: boolean | null;
  lastMessagePreview?: MessagePreview | null;
  /**
   * The time at which it was renamed or its members changed.
   */
  lastUpdatedDateTime?: string | null;
  members?: ConversationMember[] | null;
  /**
   * The progress of the import of messages, if there is one.
   */
  migrationMode?: MigrationMode | null;
  onlineMeetingInfo?: OnlineMeetingInfo | null;
  /**
   * The time at which an imported chat began at its source.
   */
  originalCreatedDateTime?: string | null;
  tenantId?: string | null;
  topic?: string | null;
  /**
   * One user's view of the chat. Not of the chat itself.
   */
  viewpoint?: Viewpoint | null;
  webUrl?: string | null;
  [k: string]: unknown;
}
/**
 * chatMessageInfo
 */
export interface MessagePreview {
  body?: ItemBody | null;
  createdDateTime?: string | null;
  eventDetail?: EventDetail | null;
  from?: IdentitySet | null;
  id?: string | null;
  isDeleted?: boolean | null;
  messageType?: MessageType | null;
  [k: string]: unknown;
}
/**
 * A call began or ended; duration and participants are known at its end.
 */
export interface CallDetail {
  "@odata.type": "#microsoft.graph.callStartedEventMessageDetail" | "#microsoft.graph.callEndedEventMessageDetail";
  /**
   * ISO 8601, such as PT31S.
   */
  callDuration?: string | null;
  callEventType?: CallEventType | null;
  callId?: string | null;
  callParticipants?: CallParticipant[] | null;
  initiator?: IdentitySet | null;
  [k: string]: unknown;
}
/**
 * callParticipantInfo
 */
export interface CallParticipant {
  participant?: IdentitySet | null;
  [k: string]: unknown;
}
/**
 * A recording began, or can be had.
 */
export interface CallRecordingDetail {
  "@odata.type": "#microsoft.graph.callRecordingEventMessageDetail";
  callId?: string | null;
  callRecordingDisplayName?: string | null;
  /**
   * ISO 8601, such as PT31S.
   */
  callRecordingDuration?: string | null;
  callRecordingStatus?: CallRecordingStatus | null;
  callRecordingUrl?: string | null;
  initiator?: IdentitySet | null;
  meetingOrganizer?: IdentitySet | null;
  [k: string]: unknown;
}
/**
 * A transcript can be had.
 */
export interface CallTranscriptDetail {
  "@odata.type": "#microsoft.graph.callTranscriptEventMessageDetail";
  callId?: string | null;
  /**
   * The meeting's id in calendars.
   */
  callTranscriptICalUid?: string | null;
  initiator?: IdentitySet | null;
  meetingOrganizer?: IdentitySet | null;
  [k: string]: unknown;
}
/**
 * Something happened to a channel.
 */
export interface ChannelDetail {
  "@odata.type":
    | "#microsoft.graph.channelAddedEventMessageDetail"
    | "#microsoft.graph.channelDeletedEventMessageDetail"
    | "#microsoft.graph.channelDescriptionUpdatedEventMessageDetail"
    | "#microsoft.graph.channelRenamedEventMessageDetail"
    | "#microsoft.graph.channelSetAsFavoriteByDefaultEventMessageDetail"
    | "#microsoft.graph.channelUnsetAsFavoriteByDefaultEventMessageDetail";
  channelDescription?: string | null;
  channelDisplayName?: string | null;
  channelId?: string | null;
  initiator?: IdentitySet | null;
  [k: string]: unknown;
}
/**
 * A channel is shared with other teams than before. Of the beta API.
 */
export interface ChannelSharingDetail {
  "@odata.type": "#microsoft.graph.channelSharingUpdatedEventMessageDetail";
  initiator?: IdentitySet | null;
  ownerTeamId?: string | null;
  ownerTenantId?: string | null;
  sharedChannelId?: string | null;
  [k: string]: unknown;
}
/**
 * A chat has a new name.
 */
export interface ChatDetail {
  "@odata.type": "#microsoft.graph.chatRenamedEventMessageDetail";
  chatDisplayName?: string | null;
  chatId?: string | null;
  initiator?: IdentitySet | null;
  [k: string]: unknown;
}
/**
 * The chat of a meeting was opened or closed.
 */
export interface MeetingPolicyDetail {
  "@odata.type": "#microsoft.graph.meetingPolicyUpdatedEventMessageDetail";
  initiator?: IdentitySet | null;
  meetingChatEnabled?: boolean | null;
  meetingChatId?: string | null;
  [k: string]: unknown;
}
/**
 * Someone has other roles.
 */
export interface MemberRoleDetail {
  "@odata.type": "#microsoft.graph.conversationMemberRoleUpdatedEventMessageDetail";
  conversationMemberRoles?: string[] | null;
  conversationMemberUser?: Identity | null;
  initiator?: IdentitySet | null;
  [k: string]: unknown;
}
/**
 * People came or went.
 */
export interface MembersDetail {
  "@odata.type":
    | "#microsoft.graph.membersAddedEventMessageDetail"
    | "#microsoft.graph.membersDeletedEventMessageDetail"
    | "#microsoft.graph.membersJoinedEventMessageDetail"
    | "#microsoft.graph.membersLeftEventMessageDetail";
  initiator?: IdentitySet | null;
  members?: Identity[] | null;
  /**
   * From when on they see the messages, if they were added.
   */
  visibleHistoryStartDateTime?: string | null;
  [k: string]: unknown;
}
/**
 * A message was pinned or unpinned; which one, Graph does not say.
 */
export interface PinDetail {
  "@odata.type":
    "#microsoft.graph.messagePinnedEventMessageDetail" | "#microsoft.graph.messageUnpinnedEventMessageDetail";
  eventDateTime?: string | null;
  initiator?: IdentitySet | null;
  [k: string]: unknown;
}
/**
 * A tab changed.
 */
export interface TabDetail {
  "@odata.type": "#microsoft.graph.tabUpdatedEventMessageDetail";
  initiator?: IdentitySet | null;
  tabId?: string | null;
  [k: string]: unknown;
}
/**
 * Something happened to the team.
 */
export interface TeamDetail {
  "@odata.type":
    | "#microsoft.graph.teamArchivedEventMessageDetail"
    | "#microsoft.graph.teamCreatedEventMessageDetail"
    | "#microsoft.graph.teamDescriptionUpdatedEventMessageDetail"
    | "#microsoft.graph.teamJoiningDisabledEventMessageDetail"
    | "#microsoft.graph.teamJoiningEnabledEventMessageDetail"
    | "#microsoft.graph.teamRenamedEventMessageDetail"
    | "#microsoft.graph.teamUnarchivedEventMessageDetail";
  initiator?: IdentitySet | null;
  teamDescription?: string | null;
  teamDisplayName?: string | null;
  teamId?: string | null;
  [k: string]: unknown;
}
/**
 * An app was installed, removed or upgraded.
 */
export interface TeamsAppDetail {
  "@odata.type":
    | "#microsoft.graph.teamsAppInstalledEventMessageDetail"
    | "#microsoft.graph.teamsAppRemovedEventMessageDetail"
    | "#microsoft.graph.teamsAppUpgradedEventMessageDetail";
  initiator?: IdentitySet | null;
  teamsAppDisplayName?: string | null;
  teamsAppId?: string | null;
  [k: string]: unknown;
}
/**
 * Of a kind that is not known here.
 */
export interface OtherDetail {
  "@odata.type"?: string | null;
  initiator?: IdentitySet | null;
  [k: string]: unknown;
}
/**
 * conversationMember of any kind; a kind has some of the members, see [kind](Self::kind).
 */
export interface ConversationMember {
  /**
   * Of an indirect member of a shared channel: the membership that makes it one.
   */
  "@microsoft.graph.originalSourceMembershipUrl"?: string | null;
  "@odata.type"?: string | null;
  anonymousGuestId?: string | null;
  azureCommunicationServicesId?: string | null;
  displayName?: string | null;
  email?: string | null;
  /**
   * Of the membership, not of the person.
   */
  id?: string | null;
  phoneNumber?: string | null;
  /**
   * Empty for a plain member; else words such as owner and guest.
   */
  roles?: string[] | null;
  skypeId?: string | null;
  tenantId?: string | null;
  userId?: string | null;
  visibleHistoryStartDateTime?: string | null;
  [k: string]: unknown;
}
/**
 * teamworkOnlineMeetingInfo
 */
export interface OnlineMeetingInfo {
  calendarEventId?: string | null;
  joinWebUrl?: string | null;
  organizer?: Identity | null;
  [k: string]: unknown;
}
/**
 * chatViewpoint: of the user whose subscription asked for it.
 */
export interface Viewpoint {
  isHidden?: boolean | null;
  lastMessageReadDateTime?: string | null;
  [k: string]: unknown;
}
/**
 * The resource is too large for the queue, and stands where dataref says.
 */
export interface ChatInBucket {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  datacontenttype: "application/json";
  /**
   * Where the resource is when it does not fit the queue.
   */
  dataref: string;
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:chat";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * Of a chat: all of it, or what one user sees of it, to be merged.
   */
  payloadkind: "resource" | "viewpoint";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.chat.created" | "microsoft.graph.chat.updated" | "microsoft.graph.chat.deleted";
}
/**
 * The resource is gone.
 */
export interface ChatTombstone {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:chat";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason: "deleted" | "gone";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.chat.deleted";
}
/**
 * Something changed, and the event can't show what.
 */
export interface ChatReference {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:chat";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason:
    "needs-organizer" | "needs-scope" | "list-only" | "no-get" | "foreign-resource" | "refused" | "not-found";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.chat.created" | "microsoft.graph.chat.updated" | "microsoft.graph.chat.deleted";
}
/**
 * The resource is in the event.
 */
export interface ChatMessageWithData {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: ChatMessage;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:chatMessage";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Of a system message: Graph's name of what happened.
   */
  systemevent?: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.chatMessage.created"
    | "microsoft.graph.chatMessage.updated"
    | "microsoft.graph.chatMessage.deleted";
}
/**
 * chatMessage
 */
export interface ChatMessage {
  attachments?: Attachment[] | null;
  body?: ItemBody | null;
  /**
   * The team and channel; null in a chat.
   */
  channelIdentity?: ChannelIdentity | null;
  /**
   * The chat; null in a channel.
   */
  chatId?: string | null;
  createdDateTime?: string | null;
  /**
   * A value says that the message is deleted.
   */
  deletedDateTime?: string | null;
  /**
   * Grows with each change.
   */
  etag?: string | null;
  /**
   * The event, of a system message.
   */
  eventDetail?: EventDetail | null;
  /**
   * The sender. Null in system messages.
   */
  from?: IdentitySet | null;
  /**
   * Milliseconds since 1970, unique within the conversation only.
   */
  id?: string | null;
  importance?: Importance | null;
  /**
   * Of the last edit of the content.
   */
  lastEditedDateTime?: string | null;
  /**
   * Of the last change, reactions included.
   */
  lastModifiedDateTime?: string | null;
  locale?: string | null;
  mentions?: Mention[] | null;
  messageHistory?: HistoryItem[] | null;
  messageType?: MessageType | null;
  /**
   * For whom it was sent, if for another. Of the beta API.
   */
  onBehalfOf?: IdentitySet | null;
  policyViolation?: PolicyViolation | null;
  reactions?: Reaction[] | null;
  /**
   * The parent of a reply in a channel.
   */
  replyToId?: string | null;
  subject?: string | null;
  summary?: string | null;
  webUrl?: string | null;
  [k: string]: unknown;
}
/**
 * chatMessageAttachment
 */
export interface Attachment {
  /**
   * Often JSON in text.
   */
  content?: string | null;
  /**
   * A media type, or a word of Teams such as reference for a file.
   */
  contentType?: string | null;
  contentUrl?: string | null;
  id?: string | null;
  name?: string | null;
  teamsAppId?: string | null;
  thumbnailUrl?: string | null;
  [k: string]: unknown;
}
/**
 * channelIdentity
 */
export interface ChannelIdentity {
  channelId?: string | null;
  teamId?: string | null;
  [k: string]: unknown;
}
/**
 * chatMessageMention
 */
export interface Mention {
  /**
   * The id of its <at> in the body.
   */
  id?: number | null;
  mentionText?: string | null;
  mentioned?: IdentitySet | null;
  [k: string]: unknown;
}
/**
 * chatMessageHistoryItem
 */
export interface HistoryItem {
  /**
   * Names, separated by commas, such as reactionAdded.
   */
  actions?: string | null;
  modifiedDateTime?: string | null;
  reaction?: Reaction | null;
  [k: string]: unknown;
}
/**
 * chatMessageReaction
 */
export interface Reaction {
  createdDateTime?: string | null;
  displayName?: string | null;
  reactionContentUrl?: string | null;
  /**
   * A word such as like, or the character itself.
   */
  reactionType?: string | null;
  user?: IdentitySet | null;
  [k: string]: unknown;
}
/**
 * chatMessagePolicyViolation
 */
export interface PolicyViolation {
  /**
   * Names, separated by commas.
   */
  dlpAction?: string | null;
  justificationText?: string | null;
  policyTip?: PolicyTip | null;
  /**
   * Names, separated by commas.
   */
  userAction?: string | null;
  /**
   * Names, separated by commas.
   */
  verdictDetails?: string | null;
  [k: string]: unknown;
}
/**
 * chatMessagePolicyViolationPolicyTip
 */
export interface PolicyTip {
  complianceUrl?: string | null;
  generalText?: string | null;
  matchedConditionDescriptions?: string[] | null;
  [k: string]: unknown;
}
/**
 * The resource is too large for the queue, and stands where dataref says.
 */
export interface ChatMessageInBucket {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  datacontenttype: "application/json";
  /**
   * Where the resource is when it does not fit the queue.
   */
  dataref: string;
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:chatMessage";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Of a system message: Graph's name of what happened.
   */
  systemevent?: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.chatMessage.created"
    | "microsoft.graph.chatMessage.updated"
    | "microsoft.graph.chatMessage.deleted";
}
/**
 * The resource is gone.
 */
export interface ChatMessageTombstone {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:chatMessage";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason: "deleted" | "gone";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.chatMessage.deleted";
}
/**
 * Something changed, and the event can't show what.
 */
export interface ChatMessageReference {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:chatMessage";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason:
    "needs-organizer" | "needs-scope" | "list-only" | "no-get" | "foreign-resource" | "refused" | "not-found";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.chatMessage.created"
    | "microsoft.graph.chatMessage.updated"
    | "microsoft.graph.chatMessage.deleted";
}
/**
 * The resource is in the event.
 */
export interface ConversationMemberWithData {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: ConversationMember;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:conversationMember";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.conversationMember.created"
    | "microsoft.graph.conversationMember.updated"
    | "microsoft.graph.conversationMember.deleted";
}
/**
 * The resource is too large for the queue, and stands where dataref says.
 */
export interface ConversationMemberInBucket {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  datacontenttype: "application/json";
  /**
   * Where the resource is when it does not fit the queue.
   */
  dataref: string;
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:conversationMember";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.conversationMember.created"
    | "microsoft.graph.conversationMember.updated"
    | "microsoft.graph.conversationMember.deleted";
}
/**
 * The resource is gone.
 */
export interface ConversationMemberTombstone {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:conversationMember";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason: "deleted" | "gone";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.conversationMember.deleted";
}
/**
 * Something changed, and the event can't show what.
 */
export interface ConversationMemberReference {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:conversationMember";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason:
    "needs-organizer" | "needs-scope" | "list-only" | "no-get" | "foreign-resource" | "refused" | "not-found";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.conversationMember.created"
    | "microsoft.graph.conversationMember.updated"
    | "microsoft.graph.conversationMember.deleted";
}
/**
 * What may be missing.
 */
export interface GapEvent {
  data: Gap;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:gap";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "gap";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "teamwire.gap";
}
export interface Gap {
  /**
   * The changes that were asked for.
   */
  changes: ("created" | "updated" | "deleted")[];
  reason: "missed" | "removed" | "first-start" | "asked";
  /**
   * What was subscribed to.
   */
  resource: string;
  /**
   * When it begins, RFC 3339.
   */
  since: string;
  unfilled: string;
  /**
   * When it ends, RFC 3339.
   */
  until: string;
}
/**
 * The resource is in the event.
 */
export interface SharedWithChannelTeamInfoWithData {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: SharedWithChannelTeamInfo;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:sharedWithChannelTeamInfo";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.sharedWithChannelTeamInfo.created"
    | "microsoft.graph.sharedWithChannelTeamInfo.updated"
    | "microsoft.graph.sharedWithChannelTeamInfo.deleted";
}
/**
 * sharedWithChannelTeamInfo: a team that a channel is shared with.
 */
export interface SharedWithChannelTeamInfo {
  displayName?: string | null;
  id?: string | null;
  isHostTeam?: boolean | null;
  tenantId?: string | null;
  [k: string]: unknown;
}
/**
 * The resource is too large for the queue, and stands where dataref says.
 */
export interface SharedWithChannelTeamInfoInBucket {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  datacontenttype: "application/json";
  /**
   * Where the resource is when it does not fit the queue.
   */
  dataref: string;
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:sharedWithChannelTeamInfo";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.sharedWithChannelTeamInfo.created"
    | "microsoft.graph.sharedWithChannelTeamInfo.updated"
    | "microsoft.graph.sharedWithChannelTeamInfo.deleted";
}
/**
 * The resource is gone.
 */
export interface SharedWithChannelTeamInfoTombstone {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:sharedWithChannelTeamInfo";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason: "deleted" | "gone";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.sharedWithChannelTeamInfo.deleted";
}
/**
 * Something changed, and the event can't show what.
 */
export interface SharedWithChannelTeamInfoReference {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:sharedWithChannelTeamInfo";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason:
    "needs-organizer" | "needs-scope" | "list-only" | "no-get" | "foreign-resource" | "refused" | "not-found";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.sharedWithChannelTeamInfo.created"
    | "microsoft.graph.sharedWithChannelTeamInfo.updated"
    | "microsoft.graph.sharedWithChannelTeamInfo.deleted";
}
/**
 * The resource is in the event.
 */
export interface TeamWithData {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Team;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:team";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.team.created" | "microsoft.graph.team.updated" | "microsoft.graph.team.deleted";
}
/**
 * team
 */
export interface Team {
  classification?: string | null;
  createdDateTime?: string | null;
  description?: string | null;
  displayName?: string | null;
  funSettings?: FunSettings | null;
  guestSettings?: GuestSettings | null;
  id?: string | null;
  /**
   * Its name in audit logs.
   */
  internalId?: string | null;
  /**
   * True if it is read-only.
   */
  isArchived?: boolean | null;
  memberSettings?: MemberSettings | null;
  messagingSettings?: MessagingSettings | null;
  specialization?: string | null;
  tenantId?: string | null;
  visibility?: Visibility | null;
  webUrl?: string | null;
  [k: string]: unknown;
}
/**
 * teamFunSettings
 */
export interface FunSettings {
  allowCustomMemes?: boolean | null;
  allowGiphy?: boolean | null;
  allowStickersAndMemes?: boolean | null;
  giphyContentRating?: string | null;
  [k: string]: unknown;
}
/**
 * teamGuestSettings: what guests may do.
 */
export interface GuestSettings {
  allowCreateUpdateChannels?: boolean | null;
  allowDeleteChannels?: boolean | null;
  [k: string]: unknown;
}
/**
 * teamMemberSettings: what members may do.
 */
export interface MemberSettings {
  allowAddRemoveApps?: boolean | null;
  allowCreatePrivateChannels?: boolean | null;
  allowCreateUpdateChannels?: boolean | null;
  allowCreateUpdateRemoveConnectors?: boolean | null;
  allowCreateUpdateRemoveTabs?: boolean | null;
  allowDeleteChannels?: boolean | null;
  [k: string]: unknown;
}
/**
 * teamMessagingSettings
 */
export interface MessagingSettings {
  allowChannelMentions?: boolean | null;
  allowOwnerDeleteMessages?: boolean | null;
  allowTeamMentions?: boolean | null;
  allowUserDeleteMessages?: boolean | null;
  allowUserEditMessages?: boolean | null;
  [k: string]: unknown;
}
/**
 * The resource is too large for the queue, and stands where dataref says.
 */
export interface TeamInBucket {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  datacontenttype: "application/json";
  /**
   * Where the resource is when it does not fit the queue.
   */
  dataref: string;
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:team";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.team.created" | "microsoft.graph.team.updated" | "microsoft.graph.team.deleted";
}
/**
 * The resource is gone.
 */
export interface TeamTombstone {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:team";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason: "deleted" | "gone";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.team.deleted";
}
/**
 * Something changed, and the event can't show what.
 */
export interface TeamReference {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:team";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason:
    "needs-organizer" | "needs-scope" | "list-only" | "no-get" | "foreign-resource" | "refused" | "not-found";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.team.created" | "microsoft.graph.team.updated" | "microsoft.graph.team.deleted";
}
/**
 * The resource is in the event.
 */
export interface TeamsAppInstallationWithData {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: TeamsAppInstallation;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:teamsAppInstallation";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.teamsAppInstallation.created"
    | "microsoft.graph.teamsAppInstallation.updated"
    | "microsoft.graph.teamsAppInstallation.deleted";
}
/**
 * teamsAppInstallation
 */
export interface TeamsAppInstallation {
  /**
   * The permissions that the team, chat or user consented to.
   */
  consentedPermissionSet?: PermissionSet | null;
  /**
   * Of the installation, not of the app.
   */
  id?: string | null;
  /**
   * The place of the installation.
   */
  scopeInfo?: Scope | null;
  teamsApp?: TeamsApp | null;
  teamsAppDefinition?: TeamsAppDefinition | null;
  [k: string]: unknown;
}
/**
 * teamsAppPermissionSet
 */
export interface PermissionSet {
  resourceSpecificPermissions?: ResourceSpecificPermission[] | null;
  [k: string]: unknown;
}
/**
 * teamsAppResourceSpecificPermission
 */
export interface ResourceSpecificPermission {
  /**
   * application or delegated.
   */
  permissionType?: string | null;
  /**
   * Such as ChatMessage.Read.Chat.
   */
  permissionValue?: string | null;
  [k: string]: unknown;
}
/**
 * The place of an installation: of the ids, it has the one that belongs to its kind.
 */
export interface Scope {
  "@odata.type"?: string | null;
  chatId?: string | null;
  /**
   * team, groupChat or personal.
   */
  scope?: string | null;
  teamId?: string | null;
  userId?: string | null;
  [k: string]: unknown;
}
/**
 * teamsApp
 */
export interface TeamsApp {
  displayName?: string | null;
  distributionMethod?: string | null;
  /**
   * The id that its maker gave it.
   */
  externalId?: string | null;
  id?: string | null;
  [k: string]: unknown;
}
/**
 * teamsAppDefinition
 */
export interface TeamsAppDefinition {
  description?: string | null;
  displayName?: string | null;
  id?: string | null;
  lastModifiedDateTime?: string | null;
  publishingState?: string | null;
  shortDescription?: string | null;
  teamsAppId?: string | null;
  version?: string | null;
  [k: string]: unknown;
}
/**
 * The resource is too large for the queue, and stands where dataref says.
 */
export interface TeamsAppInstallationInBucket {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  datacontenttype: "application/json";
  /**
   * Where the resource is when it does not fit the queue.
   */
  dataref: string;
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:teamsAppInstallation";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "decrypted" | "hydrated" | "backfilled";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.teamsAppInstallation.created"
    | "microsoft.graph.teamsAppInstallation.updated"
    | "microsoft.graph.teamsAppInstallation.deleted";
}
/**
 * The resource is gone.
 */
export interface TeamsAppInstallationTombstone {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:teamsAppInstallation";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason: "deleted" | "gone";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type: "microsoft.graph.teamsAppInstallation.deleted";
}
/**
 * Something changed, and the event can't show what.
 */
export interface TeamsAppInstallationReference {
  /**
   * Which version of the resource this is.
   */
  contentversion?: string;
  data: Reference;
  datacontenttype: "application/json";
  /**
   * The $id of this schema.
   */
  dataschema?: "urn:teamwire:event:v1:teamsAppInstallation";
  /**
   * SHA-256 over tenant, subject, kind of change and content version; base64url without padding.
   */
  id: string;
  origin: "reference";
  /**
   * When ingest took the notification.
   */
  receivedat: string;
  referencereason:
    "needs-organizer" | "needs-scope" | "list-only" | "no-get" | "foreign-resource" | "refused" | "not-found";
  /**
   * Root of the cloud's Graph, and the tenant.
   */
  source: string;
  /**
   * Version of CloudEvents.
   */
  specversion: "1.0";
  /**
   * Canonical OData path of the resource, relative to the Graph root.
   */
  subject: string;
  /**
   * Graph subscription that announced the change.
   */
  subscriptionid: string;
  /**
   * Entra tenant, lower case.
   */
  tenantid: string;
  /**
   * When the resource last changed, where it says so; else the same as receivedat.
   */
  time: string;
  type:
    | "microsoft.graph.teamsAppInstallation.created"
    | "microsoft.graph.teamsAppInstallation.updated"
    | "microsoft.graph.teamsAppInstallation.deleted";
}
