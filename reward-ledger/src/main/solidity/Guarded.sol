// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

/// @title Roles behind a timelock, and a brake
/// @notice The timelock alone grants and revokes roles and lifts a pause, so that every such change is seen before it
/// works. A guardian can only stop things. Nothing that gives people their own money back can be paused.
abstract contract Guarded is AccessControl, Pausable {
    /// @notice May pause, and may void a disputed root; may not move money.
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");

    /// @notice An address that may not be zero is zero.
    error ZeroAddress();

    /// @param timelock holds DEFAULT_ADMIN_ROLE
    /// @param guardian the first guardian
    constructor(address timelock, address guardian) {
        _grantRole(DEFAULT_ADMIN_ROLE, _present(timelock));
        _grantRole(GUARDIAN_ROLE, _present(guardian));
    }

    /// @notice Stops what {whenNotPaused} guards.
    function pause() external onlyRole(GUARDIAN_ROLE) {
        _pause();
    }

    /// @notice Lets it go on.
    function unpause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        _unpause();
    }

    /// @dev The address itself, which is not zero.
    function _present(address account) internal pure returns (address) {
        if (account == address(0)) revert ZeroAddress();
        return account;
    }
}
