// The contract tests of a client that openapi-generator made. It stands in `generated/` beside this file's copy.
import assert from "node:assert/strict";
import { createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { Configuration, ConsumerApi, ConsumerOperationsApi, ResponseError } from "./generated";

const setting = (name: string): string => process.env[name] ?? assert.fail(`${name} is not set`);
const issuerId = setting("D1_ISSUER_ID");

async function control(method: string, path: string, body?: object): Promise<any> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(setting("D1_CONTROL_URL") + path, { method, headers, body: body && JSON.stringify(body) });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.status === 204 ? undefined : answer.json();
}

async function token(): Promise<string> {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const header = { alg: "ES256", typ: "JWT", kid: setting("D1_KEY_ID") };
  const claims = { iss: issuerId, sub: issuerId, exp: Math.floor(Date.now() / 1000) + 300 };
  const signed = `${part(header)}.${part(claims)}`;
  const key = createPrivateKey(readFileSync(setting("D1_SIGNING_KEY_FILE")));
  const signature = sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" });
  const body = new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: `${signed}.${signature.toString("base64url")}`,
  });
  const answer = await fetch(`${setting("D1_AUTH_URL")}/oauth2/token`, { method: "POST", body });
  return ((await answer.json()) as any).access_token;
}

let consumers: ConsumerApi;
let operations: ConsumerOperationsApi;

beforeEach(async () => {
  await control("POST", "reset");
  const settings = new Configuration({ basePath: setting("D1_BANKING_URL"), accessToken: await token() });
  consumers = new ConsumerApi(settings);
  operations = new ConsumerOperationsApi(settings);
});

const ada = { personalInformation: { firstName: "Ada", lastName: "Lovelace", language: "eng" as const } };
const register = (consumerId: string) =>
  consumers.registerConsumer({ issuerId, consumerId, consumerInformation: ada });
const refused = (status: number) => (error: unknown) =>
  error instanceof ResponseError && error.response.status === status;

test("a consumer lives from registration to deletion", async () => {
  await register("c-1");
  assert.deepEqual((await control("GET", "consumers/c-1")).personalInformation, ada.personalInformation);
  await control("POST", "consumers/c-1/cards", { cardId: "card-1" });
  const { cards } = await consumers.listCards({ issuerId, consumerId: "c-1" });
  assert.deepEqual(cards?.map((card) => card.cardId), ["card-1"]);
  const consumerInformation = { personalInformation: { firstName: "Grace", lastName: "Hopper" } };
  const receipt = await operations.updateConsumer({ issuerId, consumerId: "c-1", consumerInformation });
  assert.ok(receipt.operationId);
  await operations.deleteConsumer({ issuerId, consumerId: "c-1" });
  await assert.rejects(register("c-1"), refused(403));
});

test("an unknown consumer is told, and why", async () => {
  await assert.rejects(consumers.listCards({ issuerId, consumerId: "c-nobody" }), refused(404));
  const last = (await control("GET", "requests")).requests.at(-1);
  assert.deepEqual([last.verdict, last.reasons[0].field], ["refused", "consumerId"]);
});

test("a fault is met once", async () => {
  await register("c-1");
  await control("POST", "faults", { kind: "status", status: 503, endpoint: "cards" });
  await assert.rejects(consumers.listCards({ issuerId, consumerId: "c-1" }), refused(503));
  assert.deepEqual((await consumers.listCards({ issuerId, consumerId: "c-1" })).cards, []);
});

test("a token expires", async () => {
  await control("POST", "clock", { advanceSeconds: 901 });
  await assert.rejects(register("c-1"), refused(401));
});
