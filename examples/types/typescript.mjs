// Prints events.ts: the types of docs/schemas, by json-schema-to-typescript.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const { compile } = require("json-schema-to-typescript");
const schema = JSON.parse(readFileSync(0, "utf8"));
const bannerComment = "/* Made from docs/schemas by `make examples BLESS=1`. */";
process.stdout.write(await compile(schema, "TeamwireEvent", { bannerComment, format: true }));
