// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title The timelock that holds every admin role
/// @notice OpenZeppelin's, without an admin of its own: who may propose can change nothing before {getMinDelay} is over.
contract Timelock is TimelockController {
    /// @param delay seconds between a proposal and its execution
    /// @param proposers may propose and cancel
    /// @param executors may execute
    constructor(uint256 delay, address[] memory proposers, address[] memory executors)
        TimelockController(delay, proposers, executors, address(0))
    {}
}
