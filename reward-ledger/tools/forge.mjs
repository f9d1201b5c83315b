// Runs the contracts' tests with npm's forge. Commands:
//   test      unit, fuzz and invariant tests in their short form, the gas limits, and the bytecode's comparison
//   long      the same with many more runs, then coverage and mutants
//   coverage  fails when a contract's branches are covered by less than 95 %
//   mutants   plants bugs, one at a time, and fails when one survives; of one contract when it is named
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";
import { mutants } from "./mutants.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const LEAST_BRANCHES = 95;

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28, ...options });
  if (result.error) throw result.error;
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
    throw new Error(`${command} ${args[0]} failed`);
  }
  return result.stdout;
}

const forge = (args, env = {}) =>
  run("node_modules/@foundry-rs/forge-linux-amd64/bin/forge", args, {
    env: { ...process.env, FOUNDRY_DISABLE_NIGHTLY_WARNING: "1", ...env },
  });

function test(profile) {
  const output = forge(["test", "-vvvv", "--match-contract", "GasTest"]);
  for (const [, what, workers, gas] of output.matchAll(/GasUsed\(what: "([^"]*)", workers: (\d+)[^,]*, gas: (\d+)/g)) {
    console.log(`gas        ${what}, ${workers} workers: ${gas}`);
  }
  const tests = forge(["test", "--no-match-contract", "GasTest"], { FOUNDRY_PROFILE: profile });
  console.log(`contracts  ${tests.match(/Ran \d+ test suites.*/)[0]}`);
  run("node", ["tools/compile.mjs", "--check"]);
  console.log("bytecode   what is committed is what the sources compile to");
}

function coverage() {
  const summary = forge(["coverage", "--report", "summary", "--no-match-contract", "GasTest"]);
  let least = 100;
  for (const [, name, branches] of summary.matchAll(/src\/main\/solidity\/(\w+)\.sol\s*\|[^|]*\|[^|]*\|\s*([\d.]+)%/g)) {
    console.log(`branches   ${name}: ${branches} %`);
    least = Math.min(least, Number(branches));
  }
  if (least < LEAST_BRANCHES) throw new Error(`a contract's branches are covered by ${least} %`);
}

const commands = {
  install: () => {},
  test: () => test("default"),
  coverage,
  mutants: () => mutants(root, process.argv[3]),
  long: () => {
    test("long");
    coverage();
    mutants(root);
  },
};
const command = commands[process.argv[2] ?? "test"];
if (!command) {
  console.error(`there is no ${process.argv[2]}; there are ${Object.keys(commands).join(", ")}`);
  process.exit(2);
}
try {
  install(root);
  command();
} catch (e) {
  console.error(e.message);
  process.exit(1);
}
