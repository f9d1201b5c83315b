// Compiles the contracts with npm's solc and writes ABI and bytecode of each into src/main/resources, so that whoever
// builds the farm needs no compiler. With --check it compares instead, and fails when anything differs.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const sources = join(root, "src/main/solidity");
const target = join(root, "src/main/resources/farm/tilth/ledger/chain");
const solc = createRequire(import.meta.url)("solc");

export const settings = {
  evmVersion: "cancun",
  optimizer: { enabled: true, runs: 100_000 },
  metadata: { bytecodeHash: "none", appendCBOR: false },
};

function compile() {
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(
      readdirSync(sources)
        .filter((name) => name.endsWith(".sol"))
        .sort()
        .map((name) => [name, { content: readFileSync(join(sources, name), "utf8") }]),
    ),
    settings: { ...settings, outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } } },
  };
  const find = (path) => ({ contents: readFileSync(join(root, "node_modules", path), "utf8") });
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: find }));
  const errors = output.errors ?? [];
  if (errors.length > 0) {
    throw new Error(errors.map((error) => error.formattedMessage).join("\n"));
  }
  return Object.entries(output.contracts)
    .filter(([file]) => !file.startsWith("@"))
    .flatMap(([, contracts]) => Object.entries(contracts))
    .filter(([, contract]) => contract.evm.bytecode.object !== "")
    .map(([name, contract]) => [
      `${name}.json`,
      JSON.stringify({ abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` }, null, 1) + "\n",
    ]);
}

const check = process.argv.includes("--check");
let differ = 0;
mkdirSync(target, { recursive: true });
for (const [name, text] of compile()) {
  const file = join(target, name);
  if (!check) {
    writeFileSync(file, text);
  } else if (readFileSync(file, "utf8") !== text) {
    console.error(`${file} is not what the contracts compile to; run npm run compile`);
    differ++;
  }
}
process.exit(differ === 0 ? 0 : 1);
