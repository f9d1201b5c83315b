// OpenZeppelin's own trees, to compare ours with: reads one JSON array of [address, cumulative] pairs a line, and
// answers each with its root and all proofs, in the order of the pairs.
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin })) {
  const payouts = JSON.parse(line);
  const tree = StandardMerkleTree.of(payouts, ["address", "uint256"]);
  console.log(JSON.stringify({ root: tree.root, proofs: payouts.map((_, i) => tree.getProof(i)) }));
}
