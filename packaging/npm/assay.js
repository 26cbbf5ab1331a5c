#!/usr/bin/env node
// Starts the program of this machine's package; each platform is an optional dependency, so that npm fetches only one.
"use strict";
const { spawn } = require("node:child_process");
const { constants } = require("node:os");

const platform = `${process.platform}-${process.arch}`;
let program;
try {
  program = require.resolve(`@assay-oauth/${platform}/bin/assay`);
} catch {
  console.error(
    `assay: there is no program for ${platform} here. Install without --omit=optional; other platforms have no package: ` +
      "build the program from its sources.",
  );
  process.exit(3);
}
const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
// Who ends this process means the program: `npx assay-oauth serve &` and `kill %1` must leave nothing behind.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`assay: ${program} does not start: ${error.message}`);
  process.exit(3);
});
// As a shell reports a program that a signal ended.
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
