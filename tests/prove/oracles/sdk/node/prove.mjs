// An app written with Microsoft's JavaScript client: logs in, subscribes, pages, renews, removes.
// What it is sent it verifies and opens with Node's own crypto. Reads its settings from stdin,
// prints its figures as JSON.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import { text } from "node:stream/consumers";
import { ClientCertificateCredential, ClientSecretCredential } from "@azure/identity";
import { Client, PageIterator } from "@microsoft/microsoft-graph-client";
import { TokenCredentialAuthenticationProvider } from "@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js";

const SCOPE = "https://graph.microsoft.com/.default";
const CHANGE_TRACKING = "0bf30f3b-4a52-48df-9a82-234910c4a086";
const RICH = ["chats/getAllMessages", "teams/getAllMessages", "chats"];
const CHANGES = 60;

const settings = JSON.parse(await text(process.stdin));
const figures = {
  calls: 0, created: 0, listed: 0, pages: 0, renewed: 0, removed: 0, refusals: 0,
  tokens: 0, refused_tokens: 0, items: 0, refused_items: 0, strange: 0,
};
const { url, tenant, appId } = settings;
const fromSoon = (hours) => new Date(Date.now() + hours * 3_600_000);

const endpoint = await listen();
for (const credential of [
  new ClientSecretCredential(tenant, appId, settings.clientSecret, authority()),
  new ClientCertificateCredential(tenant, appId, { certificate: settings.appPem }, authority()),
]) {
  await subscribeAndRead(client(credential));
}
// A connection that Graph opened ahead and never used is not idle to Node: it would be waited for.
endpoint.server.close();
endpoint.server.closeAllConnections();
console.log(JSON.stringify(figures));

function authority() {
  return { authorityHost: url, disableInstanceDiscovery: true };
}

function client(credential) {
  const authProvider = new TokenCredentialAuthenticationProvider(credential, { scopes: [SCOPE] });
  const customHosts = new Set(["localhost", new URL(url).host]);
  return Client.initWithMiddleware({ authProvider, baseUrl: `${url}/`, customHosts });
}

async function subscribeAndRead(graph) {
  const call = (request) => {
    figures.calls += 1;
    return request;
  };
  const request = (path) =>
    graph.api(path).header("Prefer", "include-unknown-enum-members");
  const made = [];
  for (const resource of RICH) {
    const answer = await call(request("/subscriptions").post({
      changeType: "created,updated,deleted",
      resource,
      notificationUrl: endpoint.url,
      lifecycleNotificationUrl: endpoint.url,
      clientState: "of the SDK's run",
      expirationDateTime: fromSoon(2).toISOString(),
      includeResourceData: true,
      encryptionCertificate: settings.certificate,
      encryptionCertificateId: "sdk",
    }));
    made.push(answer.id);
    figures.created += 1;
  }
  for (const [resource, status] of [["me/chats", 500], ["chats/19:nobody@thread.v2", 404]]) {
    const body = {
      changeType: "updated", resource, notificationUrl: endpoint.url,
      expirationDateTime: fromSoon(0.9).toISOString(),
    };
    await assert.rejects(call(request("/subscriptions").post(body)), (error) => {
      figures.refusals += 1;
      return error.statusCode === status && error.code === "ExtensionError";
    });
  }

  const listed = await all(graph, await call(request("/subscriptions").get()));
  for (const id of made) assert(listed.some((one) => one.id === id), "a list leaves one out");
  figures.listed += listed.length;
  const people = await all(graph, await call(request("/users").top(5).get()));
  assert(people.length > 5, "the people are of one page");

  const job = await control("/simulator/announce", {
    count: CHANGES, batch: 4, seed: 5, subscriptions: made, updated: 0.2, deleted: 0.1, mix: true,
    faults: { tamper: 0.1, wrongToken: 0.1 },
  });
  const ledger = await finished(job.job);
  await openAll(endpoint.bodies.splice(0), ledger);

  for (const id of made) {
    const until = fromSoon(20);
    const renewed = await call(
      request(`/subscriptions/${id}`).patch({ expirationDateTime: until.toISOString() }),
    );
    assert(Math.abs(new Date(renewed.expirationDateTime) - until) < 1000, "not renewed");
    figures.renewed += 1;
    await call(request(`/subscriptions/${id}`).delete());
    figures.removed += 1;
  }
}

async function all(graph, first) {
  const found = [];
  const counting = {
    api: (link) => {
      figures.calls += 1;
      figures.pages += 1;
      return graph.api(link);
    },
  };
  figures.pages += 1;
  await new PageIterator(counting, first, (one) => found.push(one)).iterate();
  return found;
}

async function openAll(bodies, ledger) {
  const { keys } = await control(`/${tenant}/discovery/v2.0/keys`);
  const announced = new Set(
    ledger.changes.filter((one) => one.kind === "rich").map((one) => normal(one.data)),
  );
  for (const body of bodies) {
    const tokens = body.validationTokens ?? [];
    const verdicts = tokens.map((token) => isRight(token, keys));
    const right = verdicts.filter(Boolean).length;
    figures.tokens += right;
    figures.refused_tokens += verdicts.length - right;
    if (right === 0 || right < verdicts.length) continue;
    for (const item of body.value) {
      const content = item.encryptedContent ?? item.EncryptedContent;
      if (content === undefined) continue;
      let opened;
      try {
        opened = open(content);
      } catch {
        figures.refused_items += 1;
        continue;
      }
      figures.items += 1;
      if (!announced.has(normal(JSON.parse(opened)))) figures.strange += 1;
    }
  }
}

function isRight(token, keys) {
  const [head, payload, signature] = token.split(".");
  const read = (part) => JSON.parse(Buffer.from(part, "base64url"));
  const { alg, kid } = read(head);
  const key = keys.find((one) => one.kid === kid);
  if (alg !== "RS256" || key === undefined) return false;
  const signed = crypto.verify(
    "RSA-SHA256",
    Buffer.from(`${head}.${payload}`),
    crypto.createPublicKey({ key, format: "jwk" }),
    Buffer.from(signature, "base64url"),
  );
  const claims = read(payload);
  const issuer = claims.ver === "2.0"
    ? `https://login.microsoftonline.com/${tenant}/v2.0`
    : `https://sts.windows.net/${tenant}/`;
  const now = Date.now() / 1000;
  return signed && claims.iss === issuer && claims.tid === tenant && claims.aud === appId
    && (claims.ver === "2.0" ? claims.azp : claims.appid) === CHANGE_TRACKING
    && claims.nbf <= now && now < claims.exp;
}

function open(content) {
  const bytes = (name) => Buffer.from(content[name], "base64");
  const padding = crypto.constants.RSA_PKCS1_OAEP_PADDING;
  const key = crypto.privateDecrypt(
    { key: settings.privateKey, padding, oaepHash: "sha1" },
    bytes("dataKey"),
  );
  const expected = crypto.createHmac("sha256", key).update(bytes("data")).digest();
  if (!crypto.timingSafeEqual(expected, bytes("dataSignature"))) throw new Error("tampered");
  const decipher = crypto.createDecipheriv("aes-256-cbc", key, key.subarray(0, 16));
  return Buffer.concat([decipher.update(bytes("data")), decipher.final()]).toString("utf8");
}

function normal(value) {
  if (Array.isArray(value)) return `[${value.map(normal).join()}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${normal(value[name])}`).join()}}`;
}

async function control(path, body) {
  const post = {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  };
  const answer = await fetch(`${url}${path}`, body === undefined ? {} : post);
  assert(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

async function finished(job) {
  for (;;) {
    const ledger = await control(`/simulator/jobs/${job}`);
    if (ledger.done) return ledger;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function listen() {
  const bodies = [];
  const server = http.createServer(async (request, answer) => {
    const token = new URL(request.url, "http://localhost").searchParams.get("validationToken");
    const body = await text(request);
    if (token !== null) {
      answer.writeHead(200, { "content-type": "text/plain" }).end(token);
      return;
    }
    bodies.push(JSON.parse(body));
    answer.writeHead(202).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { bodies, server, url: `http://127.0.0.1:${server.address().port}/notifications` };
}
