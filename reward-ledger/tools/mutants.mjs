// Bugs that somebody could write, each planted alone in a copy of the sources. Every one must fail a test.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const BUGS = [
  ["PayoutDistributor", "if (cumulative <= before)", "if (cumulative < before)"],
  ["PayoutDistributor", "amount = cumulative - before;", "amount = cumulative;"],
  ["PayoutDistributor", "if (all > total) revert", "if (all > total + 1e9) revert"],
  ["PayoutDistributor", "owner.claimed = uint96(cumulative);", "owner.claimed = uint96(amount);"],
  ["PayoutDistributor", "totalClaimed = uint128(all);", "totalClaimed = uint128(amount);"],
  ["PayoutDistributor", "if (total > covered)", "if (total > covered + 1e6)"],
  ["PayoutDistributor", "if (total < newest.total)", "if (total + 1e6 < newest.total)"],
  ["PayoutDistributor", "if (epoch <= newest.epoch)", "if (epoch < newest.epoch)"],
  ["PayoutDistributor", "if (newest.claimableAt > block.timestamp) revert WindowOpen", "if (false) revert WindowOpen"],
  ["PayoutDistributor", "uint64(block.timestamp) + disputeWindow", "uint64(block.timestamp)"],
  ["PayoutDistributor", "older.total = total;", "older.total = uint128(covered);"],
  ["PayoutDistributor", "bytes.concat(keccak256(abi.encode(account, cumulative)))", "abi.encode(account, cumulative)"],
  ["PayoutDistributor", "account, payTo, _useNonce(account)", "account, payTo, nonces(account)"],
  ["PayoutDistributor", "external onlyRole(PUBLISHER_ROLE) whenNotPaused", "external whenNotPaused"],
  ["PayoutDistributor", "if (newest.claimableAt <= block.timestamp) revert NoOpenWindow();", ""],
  ["PayoutDistributor", "owner.payTo == address(0) ? account : owner.payTo", "msg.sender"],
  ["DepositEscrow", "if (total > cap.cap)", "if (total > cap.cap + 1)"],
  ["DepositEscrow", "if (total <= from.charged)", "if (total < from.charged)"],
  ["DepositEscrow", "uint256 amount = total - from.charged;", "uint256 amount = total;"],
  ["DepositEscrow", "if (block.timestamp > cap.deadline) revert CapExpired(cap.deadline);", ""],
  ["DepositEscrow", "from.charged += uint128(amount);", ""],
  ["DepositEscrow", "if (fee > maximum)", "if (fee > maximum + 1)"],
  ["DepositEscrow", "own.exitAt > block.timestamp) revert", "false) revert"],
  ["DepositEscrow", "own.balance = 0;", ""],
  ["DepositEscrow", "function withdraw(address to) external {", "function withdraw(address to) external whenNotPaused {"],
  ["DepositEscrow", "token.safeTransfer(distributor, amount - fee);", "token.safeTransfer(distributor, amount);"],
  ["WorkerStake", "if (cases[caseId] != 0) revert CaseUsed(caseId);", ""],
  ["WorkerStake", "if (amount > maximum)", "if (amount > maximum + 1)"],
  ["WorkerStake", "guilty.unbonding -= uint128(amount - fromBonded);", ""],
  ["WorkerStake", "(uint256(own.bonded) + own.unbonding)", "uint256(own.bonded)"],
  ["WorkerStake", "own.releaseAt > block.timestamp) revert", "false) revert"],
  ["WorkerStake", "uint64(block.timestamp) + unbondingTime", "own.releaseAt == 0 ? uint64(block.timestamp) + unbondingTime : own.releaseAt"],
  ["BurnMint", "periodsMinted += due;", "periodsMinted += 1;"],
  ["BurnMint", "firstEmission >> (number / halving)", "firstEmission"],
  ["BurnMint", "newPrice > uint256(price) * 2", "newPrice > uint256(price) * 3"],
  ["BurnMint", "token.burnFrom(msg.sender, amount);", "token.transferFrom(msg.sender, distributor, amount);"],
  ["TilthToken", "maxMinted - minted", "maxMinted - totalSupply()"],
  ["Guarded", "function unpause() external onlyRole(DEFAULT_ADMIN_ROLE)", "function unpause() external onlyRole(GUARDIAN_ROLE)"],
  ["Guarded", "function pause() external onlyRole(GUARDIAN_ROLE)", "function pause() external"],
];

/** Plants the bugs of one contract, or of all. */
export function mutants(root, only) {
  const bugs = BUGS.filter(([contract]) => !only || contract === only);
  const copy = join(root, "target/mutants");
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const part of ["src/main/solidity", "src/test/solidity", "tools", "foundry.toml"]) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  for (const part of ["node_modules", "package.json"]) symlinkSync(join(root, part), join(copy, part));
  const survivors = [];
  for (const [contract, right, wrong] of bugs) {
    const file = join(copy, `src/main/solidity/${contract}.sol`);
    const source = readFileSync(file, "utf8");
    if (source.split(right).length !== 2) throw new Error(`${contract} has not exactly one "${right}"`);
    writeFileSync(file, source.replace(right, () => wrong));
    const tested = forge(copy, ["test", "--no-match-contract", "GasTest"]);
    if (!tested.stdout.includes("Compiler run successful")) {
      throw new Error(`${contract} with "${wrong}" does not compile:\n${tested.stdout}${tested.stderr}`);
    }
    if (tested.status === 0) survivors.push(`${contract}: ${right} -> ${wrong}`);
    writeFileSync(file, source);
  }
  rmSync(copy, { recursive: true, force: true });
  if (survivors.length > 0) throw new Error(`planted bugs that no test caught:\n${survivors.join("\n")}`);
  console.log(`mutants    all ${bugs.length} planted bugs were caught`);
}

function forge(copy, args) {
  return spawnSync("node_modules/@foundry-rs/forge-linux-amd64/bin/forge", args, {
    cwd: copy,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, FOUNDRY_OPTIMIZER: "false" }, // compiles in a third of the time
  });
}
