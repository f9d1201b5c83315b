// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Payout trees as the farm builds them: leaves in the order of their hashes, in a complete binary tree.
library Trees {
    function leaf(address account, uint256 cumulative) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(account, cumulative))));
    }

    function build(bytes32[] memory leaves) internal pure returns (bytes32[] memory nodes) {
        sort(leaves, 0, int256(leaves.length) - 1);
        nodes = new bytes32[](2 * leaves.length - 1);
        for (uint256 i = 0; i < leaves.length; i++) {
            nodes[nodes.length - 1 - i] = leaves[i];
        }
        for (uint256 i = leaves.length - 1; i > 0; i--) {
            nodes[i - 1] = pair(nodes[2 * i - 1], nodes[2 * i]);
        }
    }

    function proof(bytes32[] memory nodes, bytes32 of_) internal pure returns (bytes32[] memory hashes) {
        uint256 place = nodes.length;
        for (uint256 i = nodes.length / 2; i < nodes.length; i++) {
            if (nodes[i] == of_) place = i;
        }
        require(place < nodes.length, "no such leaf");
        uint256 depth = 0;
        for (uint256 i = place; i > 0; i = (i - 1) / 2) {
            depth++;
        }
        hashes = new bytes32[](depth);
        depth = 0;
        for (uint256 i = place; i > 0; i = (i - 1) / 2) {
            hashes[depth++] = nodes[i % 2 == 1 ? i + 1 : i - 1];
        }
    }

    function pair(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function sort(bytes32[] memory values, int256 low, int256 high) private pure {
        if (low >= high) return;
        bytes32 pivot = values[uint256((low + high) / 2)];
        (int256 i, int256 j) = (low, high);
        while (i <= j) {
            while (values[uint256(i)] < pivot) i++;
            while (values[uint256(j)] > pivot) j--;
            if (i <= j) {
                (values[uint256(i)], values[uint256(j)]) = (values[uint256(j)], values[uint256(i)]);
                i++;
                j--;
            }
        }
        sort(values, low, j);
        sort(values, i, high);
    }
}
