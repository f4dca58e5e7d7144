//! Every code. This is the one table: `teamwire doctor` prints from it, and so is docs/DOCTOR.md
//! made. A word in angle brackets, such as `<queue>`, is filled in by the finding.

use crate::doctor::code::{CodeRow, FindingVerdict, Station, codes};

codes! {
    FunctionsReady "functions-ready" Functions Ok
        "Every function is there, active, and has the variables that it reads." "";
    StackMissing "stack-missing" Functions Fault
        "None of the functions is in this account and region: there is no stack of that name here."
        "Name the stack with `--stack`, its region with AWS_REGION, its account with AWS_PROFILE; or deploy it, see docs/DEPLOY.md.";
    FunctionMissing "function-missing" Functions Fault
        "A part of the chain is not there: what it should take waits, and is lost in the end."
        "Deploy the stack again: `make deploy-sam STACK=<stack>`, or your Terraform.";
    FunctionInactive "function-inactive" Functions Fault
        "Lambda can't run the function as it was last deployed."
        "See why with `aws lambda get-function-configuration --function-name <function>`, then deploy the stack again.";
    FunctionPending "function-pending" Functions Warning
        "Lambda is still putting a change in place."
        "Run `teamwire doctor` again in a minute.";
    FunctionRuntime "function-runtime" Functions Fault
        "The zip holds a binary for provided.al2023, named bootstrap: nothing else can start it."
        "Deploy the stack again: `make deploy-sam STACK=<stack>`, or your Terraform.";
    FunctionThrottled "function-throttled" Functions Fault
        "Lambda refuses every invocation: nothing is taken."
        "`aws lambda delete-function-concurrency --function-name <function>`";
    FunctionLoopStopped "function-loop-stopped" Functions Fault
        "Lambda refuses the 17th round of what the function sends to its own queue: a gap ends at that page, as a dead letter without a reason."
        "`aws lambda put-function-recursion-config --function-name <function> --recursive-loop Allow`, and deploy the stack again.";
    ArchitecturesDiffer "architectures-differ" Functions Warning
        "All zips are built for one processor; a function that is set to the other can't start its binary."
        "`make package ARCH=<architecture>`, then deploy the stack with that architecture.";
    VariableMissing "variable-missing" Functions Fault
        "The function does not start without it: Graph gets 5xx, and records stay on their queue."
        "Deploy the stack again; docs/CONFIGURATION.md#variables says what <variable> is for.";
    VariableUnusable "variable-unusable" Functions Fault
        "The function does not start with such a value: Graph gets 5xx, and records stay on their queue."
        "Deploy the stack with a value of the form that docs/CONFIGURATION.md#variables gives for <variable>.";
    VariableElsewhere "variable-elsewhere" Functions Fault
        "It names another queue than this stack's: what should come here goes there, or is refused."
        "Deploy the stack again, so that <variable> of <function> names `<stack>-<queue>`.";
    VariablesDiffer "variables-differ" Functions Fault
        "What one function writes or makes, the other does not read or know."
        "Deploy the stack again, so that <variable> is the same for both.";
    FunctionUnseen "function-unseen" Functions Unknown
        "Whether the function is in order is not known."
        "It needs `<permission>`: have that granted, or ask somebody who has it.";

    UrlAnswers "url-answers" Url Ok
        "Graph's handshake is answered exactly and in time, and what is no notification is refused." "";
    UrlUnreachable "url-unreachable" Url Fault
        "Graph can't connect: no subscription can be made, and what it has to say is lost after 4 hours."
        "Try `curl -i -X POST '<url>?validationToken=a'`. A domain of your own needs a DNS record and an API mapping that lead to the API.";
    UrlTls "url-tls" Url Fault
        "Graph takes no certificate that is not valid for the name."
        "Put a valid certificate on the domain in ACM, and the domain on the API.";
    UrlNotHttps "url-not-https" Url Fault
        "Graph posts to https alone."
        "Deploy the stack with an https address as PublicUrl, or without one.";
    UrlRedirects "url-redirects" Url Fault
        "Graph follows no redirect: the handshake fails and notifications are not delivered."
        "Deploy the stack with the address itself as PublicUrl: `<target>`.";
    UrlForbidden "url-forbidden" Url Fault
        "Something in front of ingest refuses Graph: an authorizer, a WAF rule, or a mutual TLS setting. Graph has no key to show."
        "Take the authorizer off the route, and let Graph through what else stands there; ingest itself knows who may send.";
    UrlNotFound "url-not-found" Url Fault
        "The API has no such route: Graph's handshake fails."
        "Deploy the stack again. With a domain of your own, its API mapping must lead to the stage `$default` without a path.";
    UrlThrottled "url-throttled" Url Warning
        "The API holds back at this moment. Graph delivers again, later."
        "If it stays so, deploy with more `RequestsPerSecond`; see also the account's quota of requests a second.";
    UrlFailing "url-failing" Url Fault
        "ingest does not start, or can't do its work: Graph delivers again for 4 hours, then it is lost."
        "`aws logs tail /aws/lambda/<stack>-ingest --since 15m`";
    UrlNotIngest "url-not-ingest" Url Fault
        "What answers there is not ingest: notifications are told to be taken and go nowhere."
        "Deploy the stack with the right PublicUrl, or without one.";
    UrlOtherApi "url-other-api" Url Fault
        "The subscriptions send to another API than this stack's."
        "Deploy the stack again. Subscriptions made with the old address: see TEAMWIRE_NOTIFICATION_URL in docs/CONFIGURATION.md.";
    HandshakeStatus "handshake-status" Url Fault
        "Graph takes 200 alone: no subscription can be made."
        "See what stands in front of ingest: `curl -i -X POST '<url>?validationToken=a'`.";
    HandshakeType "handshake-type" Url Fault
        "Graph wants text/plain: no subscription can be made."
        "See what changes the answer on its way: `curl -i -X POST '<url>?validationToken=a'`.";
    HandshakeBody "handshake-body" Url Fault
        "Graph compares the answer with its token, byte by byte: no subscription can be made."
        "Something on the way changes the query or the answer, a proxy or an API mapping. Send Graph to the API itself.";
    HandshakeTooSlow "handshake-too-slow" Url Fault
        "Graph waits 10 seconds: subscriptions can't be made, and notifications are dropped."
        "`aws logs tail /aws/lambda/<stack>-ingest --since 15m`; give ingest provisioned concurrency or more memory.";
    UrlSlow "url-slow" Url Fault
        "Graph minds answers over 3 seconds: once a tenth of them are, it holds notifications back."
        "`aws logs tail /aws/lambda/<stack>-ingest --since 15m`; give ingest more memory.";
    UrlColdSlow "url-cold-slow" Url Warning
        "The first answer after a rest took longer than Graph likes; where most are such, it holds notifications back."
        "Give ingest provisioned concurrency, or more memory.";
    UrlUnseen "url-unseen" Url Unknown
        "Whether Graph can reach the stack is not known."
        "See to the functions first, then run `teamwire doctor` again.";

    QueuesInOrder "queues-in-order" Queues Ok
        "Every queue has its settings, its function and its dead-letter queue, and nothing waits that should not." "";
    QueueMissing "queue-missing" Queues Fault
        "What should go there is refused: Graph gets 503, or records are tried again until they are lost."
        "Deploy the stack again: `make deploy-sam STACK=<stack>`, or your Terraform.";
    VisibilityTooShort "visibility-too-short" Queues Fault
        "SQS gives a message out again while the function still works on it: work is done twice, and letters die early."
        "`aws sqs set-queue-attributes --queue-url <url> --attributes VisibilityTimeout=<seconds>`, and deploy the stack again.";
    RedriveMissing "redrive-missing" Queues Fault
        "What can't be worked on is tried until it is too old, and then gone without a trace."
        "Deploy the stack again, so that `<stack>-<queue>` has its dead-letter queue.";
    RedriveElsewhere "redrive-elsewhere" Queues Fault
        "What can't be worked on goes to a queue that nobody of this stack looks at."
        "Deploy the stack again, so that dead letters of `<stack>-<queue>` go to `<stack>-<queue>-dead-letters`.";
    ReceivesTooFew "receives-too-few" Queues Fault
        "A short outage already makes dead letters of what would have worked a little later."
        "Deploy the stack again: maxReceiveCount of `<stack>-<queue>` is 25 there.";
    DeadLetterRetention "dead-letter-retention" Queues Fault
        "A letter's age counts from when it was first sent: it may be gone as soon as it is dead."
        "`aws sqs set-queue-attributes --queue-url <url> --attributes MessageRetentionPeriod=1209600`";
    RetentionShort "retention-short" Queues Fault
        "What is not taken within that time is deleted by SQS: an outage that is longer loses changes."
        "`aws sqs set-queue-attributes --queue-url <url> --attributes MessageRetentionPeriod=345600`";
    QueueNotEncrypted "queue-not-encrypted" Queues Fault
        "What people wrote lies on the queue unencrypted."
        "`aws sqs set-queue-attributes --queue-url <url> --attributes SqsManagedSseEnabled=true`";
    QueueOpen "queue-open" Queues Fault
        "Its policy lets anybody read from it or write to it."
        "Deploy the stack again; its policy only refuses plain HTTP.";
    QueueTlsNotEnforced "queue-tls-not-enforced" Queues Warning
        "Nothing refuses a client that asks over plain HTTP."
        "Deploy the stack again: its policy refuses plain HTTP.";
    MessageSizeSmall "message-size-small" Queues Fault
        "Events of up to 1 MiB are sent: larger ones than the queue takes are refused each time."
        "`aws sqs set-queue-attributes --queue-url <url> --attributes MaximumMessageSize=1048576`";
    MappingMissing "mapping-missing" Queues Fault
        "Nothing takes from the queue: what is on it is lost when it is too old."
        "Deploy the stack again: `make deploy-sam STACK=<stack>`, or your Terraform.";
    MappingDisabled "mapping-disabled" Queues Fault
        "Nothing takes from the queue: what is on it is lost when it is too old."
        "`aws lambda update-event-source-mapping --uuid <id> --enabled`";
    MappingSecond "mapping-second" Queues Fault
        "Another function takes from the queue beside the relay: what it takes comes to no rule of the bus."
        "Give it a queue behind a rule (docs/EVENTS.md#on-a-bus), then `aws lambda delete-event-source-mapping --uuid <id>`.";
    MappingTellsNoFailures "mapping-tells-no-failures" Queues Fault
        "Lambda takes a batch with records that failed for done, and deletes them: changes are lost."
        "`aws lambda update-event-source-mapping --uuid <id> --function-response-types ReportBatchItemFailures`";
    MappingFilters "mapping-filters" Queues Fault
        "Lambda deletes the messages that a filter does not let through: changes are lost."
        "`aws lambda update-event-source-mapping --uuid <id> --filter-criteria '{}'`";
    MappingBatchSize "mapping-batch-size" Queues Warning
        "The functions are measured with batches of ten; larger ones may not be done in time, and are then done again."
        "`aws lambda update-event-source-mapping --uuid <id> --batch-size 10`";
    MappingProblem "mapping-problem" Queues Fault
        "Lambda could not hand a batch to the function."
        "See that the function's role has its grants, and what its key or queue refuses: `aws lambda get-event-source-mapping --uuid <id>`.";
    IngestCanStarve "ingest-can-starve" Queues Warning
        "While queues are full, no execution of the account may be left for ingest: Graph is answered 5xx, and delivers again for 4 hours."
        "Have the account's concurrent executions raised, or deploy with lower DecryptConcurrency and HydrateConcurrency, or with IngestReservedConcurrency: docs/DEPLOY.md#a-small-account.";
    ConcurrencyUnseen "concurrency-unseen" Queues Unknown
        "Whether ingest can run while queues are full is not known."
        "It needs `<permission>`: have that granted, or ask somebody who has it.";
    DeadLetters "dead-letters" Queues Fault
        "Changes that nobody could work on wait there, 14 days at most; each is missing at the consumer."
        "`teamwire dead-letters list --stack <stack> --queue <queue>`, then `teamwire replay --stack <stack> --queue <queue>`";
    Quarantined "quarantined" Queues Warning
        "Graph sent what none of our subscriptions explains, such as a clientState that is not ours."
        "`teamwire dead-letters list --stack <stack> --queue quarantine`";
    Backlog "backlog" Queues Warning
        "Changes come faster than they are worked on, or their function fails."
        "`aws logs tail /aws/lambda/<stack>-<function> --since 15m`; see docs/CONFIGURATION.md for what holds it back.";
    EventsNotConsumed "events-not-consumed" Queues Warning
        "The consumer of the events queue does not keep up, or does not run."
        "See to the consumer of `<stack>-events`.";
    EventsNearlyLost "events-nearly-lost" Queues Fault
        "SQS deletes what is older than the queue keeps: events are about to be lost."
        "Start the consumer of `<stack>-events`, or move its messages elsewhere.";
    QueueUnseen "queue-unseen" Queues Unknown
        "Whether the queue is in order is not known."
        "It needs `<permission>`: have that granted, or ask somebody who has it.";
    MappingUnseen "mapping-unseen" Queues Unknown
        "Whether a function takes from the queue is not known."
        "It needs `<permission>`: have that granted, or ask somebody who has it.";
    AgeUnseen "age-unseen" Queues Unknown
        "How long messages have been waiting is not known."
        "Have `cloudwatch:GetMetricData` granted to yourself; for a queue just made, wait some minutes.";

    KeysInOrder "keys-in-order" Keys Ok
        "The certificate is valid, and each certificate in use has its private key." "";
    CertificateMissing "certificate-missing" Keys Fault
        "Content is wanted, and there is nothing to seal it for: such subscriptions can't be made."
        "`teamwire certificate rotate --stack <stack> --id <id> --secret <secret>`";
    CertificatesUnusable "certificates-unusable" Keys Fault
        "certificates.json can't be used: nothing is made or moved that needs a certificate."
        "Restore the last good version of certificates.json in the config bucket; it is versioned.";
    CertificateExpired "certificate-expired" Keys Fault
        "A certificate is not valid at this time: Graph may refuse it."
        "`teamwire certificate rotate --stack <stack> --id <id> --secret <secret>`";
    CertificateEndsSoon "certificate-ends-soon" Keys Warning
        "The current certificate ends within two weeks."
        "`teamwire certificate rotate --stack <stack> --id <id> --secret <secret>`";
    KeyMissing "key-missing" Keys Fault
        "Nothing opens what Graph seals for that certificate: it is tried for over an hour, then dead."
        "Put the private key back under that id; if it is lost, `teamwire certificate rotate --stack <stack> --id <id> --secret <secret>`.";
    KeyMismatch "key-mismatch" Keys Fault
        "The private key under that id is not the certificate's: nothing that Graph seals for it can be opened."
        "Put the right key back under that id; if it is lost, `teamwire certificate rotate --stack <stack> --id <id> --secret <secret>`.";
    KeyUnusable "key-unusable" Keys Fault
        "decrypt leaves out a private key that it can't read: what is sealed for it can't be opened."
        "Put it back as PEM (PKCS#8 or PKCS#1, RSA of 2048 to 4096 bits, not encrypted).";
    KmsKeyUnusable "kms-key-unusable" Keys Fault
        "KMS does not decrypt with it: what is sealed for that certificate is deferred, then dead."
        "`aws kms describe-key --key-id <key>`; enable it or cancel its deletion, or rotate to another key.";
    KeysSecretUnusable "keys-secret-unusable" Keys Fault
        "decrypt reads no private key from it: nothing that came sealed can be opened."
        "Give the secret the form `{\"<certificate id>\": \"<PEM>\"}`.";
    KeysUnseen "keys-unseen" Keys Unknown
        "Whether each certificate has its private key is not known."
        "It needs `<permission>`: have that granted, or ask somebody who has it.";
    CertificatesUnseen "certificates-unseen" Keys Unknown
        "Which certificates are in use, and so which private keys are needed, is not known."
        "See to what is said of the tenants first, then run `teamwire doctor` again.";

    TenantInOrder "tenant-in-order" Tenants Ok
        "The tenant gives a token, permits what is wanted, and its subscriptions live." "";
    CheckFailed "check-failed" Tenants Fault
        "The function that looks after the subscriptions does not run: nothing is renewed, and all end within three days."
        "`aws logs tail /aws/lambda/<stack>-subscriptions --since 15m`";
    CheckUnseen "check-unseen" Tenants Unknown
        "Tenants, certificates, client states and clocks could not be looked at."
        "<remedy>";
    DesiredMissing "desired-missing" Tenants Fault
        "Nothing says what is to be subscribed to: nothing is subscribed."
        "Write subscriptions.toml, then `teamwire subscriptions apply --stack <stack> subscriptions.toml`.";
    DesiredInvalid "desired-invalid" Tenants Fault
        "No subscription is made, changed or renewed while the file has faults."
        "Mend the file, then `teamwire subscriptions apply --stack <stack> subscriptions.toml`.";
    NothingWanted "nothing-wanted" Tenants Warning
        "The file asks for nothing, so nothing comes."
        "Add what you want to subscriptions.toml, then `teamwire subscriptions apply --stack <stack> subscriptions.toml`.";
    ConfigUnavailable "config-unavailable" Tenants Fault
        "The function can't read the config bucket: nothing is made or renewed."
        "See that the bucket that TEAMWIRE_CONFIG_BUCKET names is there, and the grants of the function's role.";
    CredentialsMissing "credentials-missing" Tenants Fault
        "There are no credentials for the tenant: no token, so no subscriptions and no reading."
        "Add the tenant, or `*`, to the credentials secret: `{\"<tenant>\": {\"clientId\": \"..\", \"clientSecret\": \"..\"}}`.";
    CredentialsUnreadable "credentials-unreadable" Tenants Fault
        "The function can't read its credentials: no token, so no subscriptions and no reading."
        "See that the secret has a value and that the function's role may read it.";
    CredentialsUnusable "credentials-unusable" Tenants Fault
        "The credentials are not of the form that is known: no token, so no subscriptions and no reading."
        "Give the secret the form that docs/CONFIGURATION.md#secrets describes.";
    NoIdentity "no-identity" Tenants Fault
        "STS gives the function no token of its own role, which Entra should take for a secret."
        "Turn on outbound identity federation in the account: `aws iam enable-outbound-web-identity-federation`.";
    AppSecretWrong "app-secret-wrong" Tenants Fault
        "Entra knows the app and not this client secret. Often it is the secret's id in place of its value."
        "Make a new client secret in Entra and put its value into the credentials secret; it counts a minute later.";
    AppSecretExpired "app-secret-expired" Tenants Fault
        "The client secret of the app has ended."
        "Make a new client secret in Entra and put its value into the credentials secret; it counts a minute later.";
    AppDisabled "app-disabled" Tenants Fault
        "An administrator disabled the app in the tenant: no subscriptions and no reading."
        "Have sign-in enabled for the enterprise application in Entra.";
    AppCertificateUnknown "app-certificate-unknown" Tenants Fault
        "Entra does not know the certificate that the app signs with."
        "Upload the certificate of the credentials secret to the app registration.";
    TenantUnknown "tenant-unknown" Tenants Fault
        "Entra has no such tenant in this cloud."
        "Correct the id in subscriptions.toml, or the cloud (TEAMWIRE_CLOUD).";
    AppNotInTenant "app-not-in-tenant" Tenants Fault
        "The app is not known in the tenant: nobody consented to it there, or the clientId is another's."
        "Have an administrator open `<consent>`";
    FederationMismatch "federation-mismatch" Tenants Fault
        "The app trusts another identity than the function's role: issuer, subject or audience differ."
        "Set issuer, subject (the ARN of the function's role) and audience of the app's federated credential to what the function shows.";
    TokenRefused "token-refused" Tenants Fault
        "Entra gives no token: no subscriptions and no reading."
        "Look the number up at https://login.microsoftonline.com/error.";
    EntraUnavailable "entra-unavailable" Tenants Fault
        "The function can't reach Entra: nothing is renewed until it can."
        "If it stays so, see to the function's way out: VPC, NAT, DNS.";
    TokenUnread "token-unread" Tenants Unknown
        "Whether the tenant gives a token, and what it permits, is not known."
        "Run `teamwire doctor --stack <stack> --tenant <tenant>` again.";
    PermissionMissing "permission-missing" Tenants Fault
        "Graph refuses the subscription, or its next renewal."
        "Add the application permission `<permission>` to the app, and have an administrator open `<consent>`";
    GapPermissionMissing "gap-permission-missing" Tenants Warning
        "Its gaps are not filled: the users, chats, teams or channels to read can't be listed."
        "Add the application permission `<permission>` to the app, and have an administrator open `<consent>`";
    PermissionByResource "permission-by-resource" Tenants Warning
        "No permission for the whole tenant covers it. Consent for a single team or chat may, which no token shows."
        "See that the app is installed in that team or chat with `<permission>`, or add an application permission.";
    AssignmentRequired "assignment-required" Tenants Warning
        "The app demands assignments (appRoleAssignmentRequired). Unless Graph's change tracking has one, rich notifications come without tokens, and are rejected."
        "Turn \"Assignment required\" off for the enterprise application, or assign 0bf30f3b-4a52-48df-9a82-234910c4a086 to it.";
    AssignmentUnseen "assignment-unseen" Tenants Unknown
        "Whether the app demands assignments, which would keep rich notifications from having tokens, is not known."
        "Look at \"Assignment required\" of the enterprise application in Entra: it should be off.";
    AccessPolicyUnseen "access-policy-unseen" Tenants Unknown
        "Transcripts and recordings take an application access policy of Teams besides the permission; no API shows whether there is one."
        "A Teams administrator runs `Get-CsApplicationAccessPolicy`; docs/DEPLOY.md#a-policy-of-teams-for-meetings says how one is made.";
    AppIdUnexpected "app-id-unexpected" Tenants Fault
        "ingest does not know the app that subscribes: it rejects every rich notification."
        "Deploy the stack with <app> in AppIds.";
    TenantNotServed "tenant-not-served" Tenants Fault
        "ingest serves other tenants alone: it rejects every notification of this one."
        "Deploy the stack with <tenant> in Tenants, or without Tenants.";
    SubscriptionMissing "subscription-missing" Tenants Fault
        "Graph announces nothing of it."
        "`teamwire subscriptions apply --stack <stack>` makes it, or says why not.";
    SubscriptionEnding "subscription-ending" Tenants Fault
        "The schedule renews long before that, so its renewals fail."
        "`teamwire subscriptions apply --stack <stack>` renews it, or says why not.";
    SubscriptionOutdated "subscription-outdated" Tenants Warning
        "It is there, and not as it is wanted; the next run sees to it."
        "`teamwire subscriptions apply --stack <stack>` does it now.";
    SubscriptionElsewhere "subscription-elsewhere" Tenants Fault
        "Graph takes no second subscription of the app to the same, and this one sends to another URL."
        "If nobody needs it, `teamwire subscriptions delete --stack <stack> --tenant <tenant> <id>`, then `teamwire subscriptions apply --stack <stack>`.";
    SubscriptionKeyUnknown "subscription-key-unknown" Keys Fault
        "Its content is sealed for a certificate that is not listed any more, nor has a key: it can't be opened."
        "`teamwire subscriptions apply --stack <stack>` moves it to the current certificate.";
    SubscriptionOtherApp "subscription-other-app" Tenants Warning
        "It sends here and another app made it: it is not renewed with this app's token."
        "Add that app to AppIds if its rich notifications are wanted, or delete it with that app.";
    SubscriptionSilent "subscription-silent" Tenants Warning
        "Nothing was heard of it for longer than it is expected to be silent."
        "See that something changed there; then `teamwire backfill --stack <stack> --tenant <tenant> --since 24h`.";
    SubscriptionsRefused "subscriptions-refused" Tenants Fault
        "Graph does not show the app its subscriptions: nothing can be renewed."
        "See that the app has a permission of Graph with consent in the tenant.";
    SubscriptionsUnseen "subscriptions-unseen" Tenants Unknown
        "Whether the subscriptions live is not known."
        "Run `teamwire doctor --stack <stack> --tenant <tenant>` again.";

    ClientStateInOrder "client-state-in-order" ClientState Ok
        "The function reads the secret that client states are made with." "";
    ClientStateUnreadable "client-state-unreadable" ClientState Fault
        "ingest answers 503 to every notification, and no subscription can be made."
        "See that the secret has a value and that the roles of ingest and subscriptions may read it.";
    ClientStateUnusable "client-state-unusable" ClientState Fault
        "ingest answers 503 to every notification, and no subscription can be made."
        "Give the secret the form that docs/CONFIGURATION.md#secrets describes.";
    ClientStateUnseen "client-state-unseen" ClientState Unknown
        "Whether notifications can be told from forged ones is not known."
        "See to what is said of the tenants first, then run `teamwire doctor` again.";

    AlarmsInPlace "alarms-in-place" Alarms Ok
        "Every alarm is there, somebody is told, and none is ringing." "";
    AlarmMissing "alarm-missing" Alarms Warning
        "Nobody will be told of it."
        "Deploy the stack again: `make deploy-sam STACK=<stack>`, or your Terraform.";
    AlarmsTellNobody "alarms-tell-nobody" Alarms Warning
        "They only change colour."
        "Deploy the stack with the SNS topic of those who are to be told as AlarmTopicArn.";
    AlarmActionsOff "alarm-actions-off" Alarms Warning
        "They ring, and nobody is told."
        "`aws cloudwatch enable-alarm-actions --alarm-names <alarm>`";
    AlarmRinging "alarm-ringing" Alarms Fault
        "Something is wrong now."
        "docs/RUNBOOK.md#<alarm> says what it means and what to do.";
    AlarmsUnseen "alarms-unseen" Alarms Unknown
        "Whether anything rings is not known."
        "It needs `<permission>`: have that granted, or ask somebody who has it.";

    ClocksAgree "clocks-agree" Clock Ok
        "The function's clock, and this machine's, agree with Graph's." "";
    ClockFunctionOff "clock-function-off" Clock Fault
        "Tokens seem expired or not valid yet, and renewals come too late."
        "This is Lambda's own clock: see AWS's health dashboard; on an emulator, its machine.";
    ClockHereOff "clock-here-off" Clock Warning
        "This machine's clock is off: AWS refuses requests that are more than 5 minutes off."
        "Set the clock of this machine.";
    ClockUnseen "clock-unseen" Clock Unknown
        "Whether the clocks agree is not known."
        "See to what is said of the tenants first, then run `teamwire doctor` again.";

    SendArrived "send-arrived" Send Ok
        "The test notification came through as an event." "";
    SendAccepted "send-accepted" Send Ok
        "The test notification was taken; without a tail queue it can't be followed to its event." "";
    SendRefused "send-refused" Send Fault
        "ingest did not take a notification as Graph sends it."
        "`aws logs tail /aws/lambda/<stack>-ingest --since 15m`";
    SendNotSeen "send-not-seen" Send Fault
        "The notification was taken, and its event did not come within half a minute."
        "`aws logs tail /aws/lambda/<stack>-ingest --since 15m`";
    SendImpossible "send-impossible" Send Unknown
        "No test notification could be made."
        "<remedy>";
}
