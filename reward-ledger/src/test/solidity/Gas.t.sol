// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Farm} from "./Farm.sol";
import {Trees} from "./Trees.sol";

/// @dev What whole transactions cost: calldata and the base fee included, every slot cold, as a chain would meter them.
contract GasTest is Farm {
    uint256 private constant ROOT_LIMIT = 75_000;
    uint256 private constant CLAIM_LIMIT = 68_000;

    bytes32[] private proof;
    uint256 private cumulative;

    event GasUsed(string what, uint256 workers, uint256 gas);

    function setUp() public override {
        super.setUp();
        give(address(distributor), 1e14);
    }

    /// @dev A tree's root and one worker's proof: for its price only the proof's length counts.
    function newEpoch(uint256 workers, uint64 epoch) private returns (uint256 gas) {
        cumulative += 1_000_000;
        bytes32 root = Trees.leaf(ann, cumulative);
        delete proof;
        for (uint256 width = 1; width < workers; width *= 2) {
            proof.push(keccak256(abi.encode(epoch, width)));
            root = Trees.pair(root, proof[proof.length - 1]);
        }
        gas = transact(operator, abi.encodeCall(distributor.publish, (epoch, root, uint128(cumulative * workers))));
        vm.warp(block.timestamp + WINDOW);
    }

    function claim() private returns (uint256) {
        return transact(operator, abi.encodeCall(distributor.claim, (ann, cumulative, proof)));
    }

    function transact(address from, bytes memory data) private returns (uint256 gas) {
        vm.cool(address(distributor));
        vm.cool(address(token));
        gas = 21_000;
        for (uint256 i = 0; i < data.length; i++) {
            gas += data[i] == 0 ? 4 : 16;
        }
        vm.prank(from);
        (bool done,) = address(distributor).call(data);
        require(done, "the call failed");
        gas += vm.lastCallGas().gasTotalUsed;
    }

    function publishFor(uint256 workers) private {
        uint256 gas = newEpoch(workers, 1);
        isTrue(gas <= ROOT_LIMIT, "the first root costs too much");
        gas = newEpoch(workers, 2);
        isTrue(gas <= ROOT_LIMIT, "the second root costs too much");
        gas = newEpoch(workers, 3);
        emit GasUsed("publish a root", workers, gas);
        isTrue(gas <= ROOT_LIMIT, "a root costs too much");
        uint256 first = claim();
        newEpoch(workers, 4);
        uint256 later = claim();
        emit GasUsed("first claim", workers, first);
        emit GasUsed("later claim", workers, later);
        isTrue(later <= CLAIM_LIMIT, "a later claim costs too much");
    }

    function test_1000WorkersCostOneTransaction() public {
        publishFor(1_000);
    }

    function test_10000WorkersCostOneTransaction() public {
        publishFor(10_000);
    }
}
