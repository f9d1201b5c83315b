// A chain on this machine for ./tilth up --chain: node tools/chain.mjs PORT STATE-FILE. Makes blocks only when it is
// told to, keeps its state in the file, and ends when its standard input does, so that it never outlives who started it.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";

const [port, state] = process.argv.slice(2);
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
install(root);
const anvil = spawn(
  join(root, "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"),
  ["--host", "127.0.0.1", "--port", port, "--no-mining", "--chain-id", "31337", "--state", state, "--state-interval", "5"],
  { stdio: ["ignore", "ignore", "inherit"] },
);
anvil.on("exit", (code) => process.exit(code ?? 1));
anvil.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
const stop = () => anvil.kill("SIGTERM");
process.stdin.resume();
process.stdin.on("end", stop);
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
