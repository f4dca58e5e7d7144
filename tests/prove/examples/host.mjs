// Lambda's part of a function in JavaScript: a batch a line, its answer a line.

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { handler } = await import(pathToFileURL(process.argv[2]));
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await handler(JSON.parse(line)))}\n`);
}
