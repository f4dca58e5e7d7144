// What decrypt does, in Node. Each line of stdin names a way of working through the folder once; the
// answer is the CPU time that took in nanoseconds, and how many bytes came out.
//
//   rsa      the private-key operation alone
//   open     an envelope: key, signature, content
//   handler  SQS event in, CloudEvents out, everything kept that may be kept
//   sample   the same, but envelopes are opened as Microsoft's public Node sample does it: the key is
//            read from its file and parsed for every item

import crypto from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const folder = process.argv[2];
const KEY_FILE = `${folder}/key.pem`;
const key = {
  key: crypto.createPrivateKey(readFileSync(KEY_FILE)),
  padding: crypto.constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: "sha1",
};
const lines = (name) => readFileSync(`${folder}/${name}`, "utf8").trimEnd().split("\n");
const events = lines("events.jsonl");
const envelopes = lines("envelopes.tsv").map((line) => {
  const [dataKey, data, dataSignature] = line.split("\t");
  return { dataKey, data, dataSignature };
});

function open(content) {
  const contentKey = crypto.privateDecrypt(key, Buffer.from(content.dataKey, "base64"));
  const data = Buffer.from(content.data, "base64");
  const signature = crypto.createHmac("sha256", contentKey).update(data).digest();
  if (!crypto.timingSafeEqual(signature, Buffer.from(content.dataSignature, "base64"))) {
    throw new Error("the signature is another");
  }
  const cipher = crypto.createDecipheriv("aes-256-cbc", contentKey, contentKey.subarray(0, 16));
  return Buffer.concat([cipher.update(data), cipher.final()]).toString("utf8");
}

function openAsTheSample(content) {
  const pem = readFileSync(KEY_FILE, "utf8");
  const contentKey = crypto.privateDecrypt(pem, Buffer.from(content.dataKey, "base64"));
  const hmac = crypto.createHmac("sha256", contentKey);
  hmac.write(content.data, "base64");
  if (hmac.digest("base64") !== content.dataSignature) throw new Error("the signature is another");
  const start = Buffer.alloc(16, 0);
  contentKey.copy(start, 0, 0, 16);
  const cipher = crypto.createDecipheriv("aes-256-cbc", contentKey, start);
  return cipher.update(content.data, "base64", "utf8") + cipher.final("utf8");
}

function cloudEvent(message, text) {
  const change = message.body;
  const data = JSON.parse(text);
  const source = `https://graph.microsoft.com/${change.tenantId}`;
  const type = `microsoft.graph.chatMessage.${change.changeType}`;
  const identity = [source, type, change.resource, data.etag].join("\n");
  return JSON.stringify({
    specversion: "1.0",
    id: crypto.createHash("sha256").update(identity).digest("base64url"),
    source,
    type,
    subject: change.resource,
    time: data.lastModifiedDateTime,
    datacontenttype: "application/json",
    tenantid: change.tenantId,
    subscriptionid: change.subscriptionId,
    origin: "decrypted",
    contentversion: data.etag,
    receivedat: new Date(message.receivedAt).toISOString(),
    data,
  });
}

// The number of bytes on the queue.
function handle(event, opened) {
  const queue = [];
  const batchItemFailures = [];
  for (const record of JSON.parse(event).Records) {
    try {
      const message = JSON.parse(record.body);
      queue.push({
        Id: `${queue.length}`,
        MessageBody: cloudEvent(message, opened(message.body.content)),
        MessageGroupId: message.body.tenantId,
      });
    } catch {
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  if (JSON.stringify({ batchItemFailures }).length > 24) throw new Error("a record was not forwarded");
  return queue.reduce((sum, entry) => sum + entry.MessageBody.length, 0);
}

const sum = (list, each) => list.reduce((all, one) => all + each(one), 0);
const ways = {
  rsa: () => sum(envelopes, (one) => crypto.privateDecrypt(key, Buffer.from(one.dataKey, "base64")).length),
  open: () => sum(envelopes, (one) => open(one).length),
  handler: () => sum(events, (event) => handle(event, open)),
  sample: () => sum(events, (event) => handle(event, openAsTheSample)),
};

for await (const way of createInterface({ input: process.stdin })) {
  const before = process.cpuUsage();
  const bytes = ways[way]();
  const { user, system } = process.cpuUsage(before);
  console.log(`${(user + system) * 1_000} ${bytes}`);
}
