// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title The farm's token
/// @notice ERC-20 with permit and 6 decimals: its smallest unit is the ledger's. No more than {maxMinted} is ever made;
/// what is burned is not made again, so that the burn never widens the emission.
contract TilthToken is ERC20, ERC20Permit, ERC20Burnable, AccessControl {
    /// @notice May mint, up to the maximum.
    bytes32 public constant MINTER_ROLE = keccak256("MINTER_ROLE");

    /// @notice The most that is ever minted, in the smallest unit.
    uint256 public immutable maxMinted;

    /// @notice All that was ever minted, whether it was burned since or not.
    uint256 public minted;

    /// @notice The mint would pass the maximum.
    error MintExceedsMaximum(uint256 minted, uint256 amount, uint256 maximum);

    /// @param timelock grants and revokes roles
    /// @param holder receives the first supply
    /// @param supply the first supply
    /// @param maximum the most that is ever minted; 96 bits, on which the other contracts' packing relies
    constructor(address timelock, address holder, uint256 supply, uint96 maximum)
        ERC20("Tilth", "TILTH")
        ERC20Permit("Tilth")
    {
        maxMinted = maximum;
        _grantRole(DEFAULT_ADMIN_ROLE, timelock);
        _mintWithin(holder, supply);
    }

    /// @notice Makes new tokens.
    function mint(address to, uint256 amount) external onlyRole(MINTER_ROLE) {
        _mintWithin(to, amount);
    }

    /// @notice A millionth of a token is the smallest unit.
    function decimals() public pure override returns (uint8) {
        return 6;
    }

    function _mintWithin(address to, uint256 amount) private {
        if (amount > maxMinted - minted) revert MintExceedsMaximum(minted, amount, maxMinted);
        minted += amount;
        _mint(to, amount);
    }
}
