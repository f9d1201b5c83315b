// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Guarded} from "./Guarded.sol";

/// @title Workers' funds at risk
/// @notice An owner puts tokens at risk for its workers. Taking them back takes {unbondingTime}, during which they can
/// still be slashed. A case slashes once, by no more than its share of the stake, and names its evidence.
contract WorkerStake is Guarded {
    using SafeERC20 for IERC20;

    /// @notice May slash, by a case.
    bytes32 public constant SLASHER_ROLE = keccak256("SLASHER_ROLE");

    /// @notice An owner's stake.
    /// @param unbonding what is on its way out, and can still be slashed
    /// @param releaseAt when that can be withdrawn
    struct Stake {
        uint128 bonded;
        uint128 unbonding;
        uint64 releaseAt;
    }

    /// @notice The token that is staked.
    IERC20 public immutable token;
    /// @notice Receives what is slashed.
    address public immutable treasury;
    /// @notice The seconds that unbonding takes.
    uint64 public immutable unbondingTime;
    /// @notice The most that one case takes, in hundredths of a percent of the stake.
    uint256 public immutable maxSlashBasisPoints;

    /// @notice Every owner's stake.
    mapping(address owner => Stake) public stakes;
    /// @notice The evidence of every case that has slashed.
    mapping(bytes32 caseId => bytes32 evidence) public cases;

    /// @notice An owner put tokens at risk.
    event Staked(address indexed owner, uint256 amount);
    /// @notice An owner takes tokens back, from {releaseAt}.
    event UnbondingBegun(address indexed owner, uint256 amount, uint64 releaseAt);
    /// @notice An owner took tokens back.
    event Unstaked(address indexed owner, address to, uint256 amount);
    /// @notice A fault was proved, and paid for.
    event Slashed(address indexed owner, bytes32 indexed caseId, bytes32 evidence, uint256 amount);

    /// @notice Nothing is no amount.
    error NoAmount();
    /// @notice More than is bonded.
    error StakeTooSmall(uint256 amount, uint256 bonded);
    /// @notice Unbonding is not over, or nothing is unbonding.
    error StillBonded(uint64 releaseAt);
    /// @notice The case has slashed before.
    error CaseUsed(bytes32 caseId);
    /// @notice A case without evidence.
    error NoEvidence();
    /// @notice More than one case may take.
    error SlashTooLarge(uint256 amount, uint256 maximum);
    /// @notice The share that a case may take is over 100 %, or 0.
    error WrongShare(uint256 basisPoints);

    /// @param timelock grants roles and lifts a pause
    /// @param guardian pauses slashing and staking
    /// @param slasher slashes
    /// @param share the most that one case takes, in hundredths of a percent
    constructor(
        IERC20 staked,
        address timelock,
        address guardian,
        address slasher,
        address slashedTo,
        uint64 unbonding,
        uint256 share
    ) Guarded(timelock, guardian) {
        if (share == 0 || share > 10_000) revert WrongShare(share);
        token = IERC20(_present(address(staked)));
        treasury = _present(slashedTo);
        unbondingTime = unbonding;
        maxSlashBasisPoints = share;
        _grantRole(SLASHER_ROLE, _present(slasher));
    }

    /// @notice Puts the caller's tokens at risk.
    function stake(uint256 amount) external whenNotPaused {
        if (amount == 0) revert NoAmount();
        stakes[msg.sender].bonded += uint128(amount); // no supply reaches 128 bits
        emit Staked(msg.sender, amount);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @notice Begins to take tokens back. Whatever was unbonding before waits anew with them.
    function beginUnbonding(uint256 amount) external {
        if (amount == 0) revert NoAmount();
        Stake storage own = stakes[msg.sender];
        if (amount > own.bonded) revert StakeTooSmall(amount, own.bonded);
        own.bonded -= uint128(amount);
        own.unbonding += uint128(amount);
        own.releaseAt = uint64(block.timestamp) + unbondingTime;
        emit UnbondingBegun(msg.sender, amount, own.releaseAt);
    }

    /// @notice Takes back what has unbonded.
    function withdraw(address to) external {
        Stake storage own = stakes[msg.sender];
        if (own.unbonding == 0 || own.releaseAt > block.timestamp) revert StillBonded(own.releaseAt);
        uint256 amount = own.unbonding;
        own.unbonding = 0;
        own.releaseAt = 0;
        emit Unstaked(msg.sender, to, amount);
        token.safeTransfer(to, amount);
    }

    /// @notice Takes the price of a proven fault, first from what is bonded.
    /// @param caseId slashes once
    /// @param evidence the digest of what proves the fault
    function slash(address owner, uint256 amount, bytes32 caseId, bytes32 evidence)
        external
        onlyRole(SLASHER_ROLE)
        whenNotPaused
    {
        if (amount == 0) revert NoAmount();
        if (evidence == 0) revert NoEvidence();
        if (cases[caseId] != 0) revert CaseUsed(caseId);
        uint256 maximum = maxSlash(owner);
        if (amount > maximum) revert SlashTooLarge(amount, maximum);
        cases[caseId] = evidence;
        Stake storage guilty = stakes[owner];
        uint256 fromBonded = amount < guilty.bonded ? amount : guilty.bonded;
        guilty.bonded -= uint128(fromBonded);
        guilty.unbonding -= uint128(amount - fromBonded);
        emit Slashed(owner, caseId, evidence, amount);
        token.safeTransfer(treasury, amount);
    }

    /// @notice The most that one case can take from the owner now.
    function maxSlash(address owner) public view returns (uint256) {
        Stake storage own = stakes[owner];
        return (uint256(own.bonded) + own.unbonding) * maxSlashBasisPoints / 10_000;
    }
}
