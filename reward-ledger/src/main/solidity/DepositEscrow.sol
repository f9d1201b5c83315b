// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Guarded} from "./Guarded.sol";

/// @title Customers' deposits
/// @notice The operator can take from a deposit no more in all than the payer has signed for, and only towards workers
/// and fees. A payer can always leave: after {exitDelay} the rest is theirs, without the operator and though paused.
contract DepositEscrow is Guarded, EIP712 {
    using SafeERC20 for IERC20;

    /// @notice May charge deposits within their caps.
    bytes32 public constant SETTLER_ROLE = keccak256("SETTLER_ROLE");

    /// @notice The largest fee, in hundredths of a percent of a charge.
    uint256 public constant MAX_FEE_BASIS_POINTS = 2_000;

    bytes32 private constant CAP_TYPEHASH = keccak256("SpendingCap(address payer,uint256 cap,uint256 deadline)");

    /// @notice What a payer signs: no more than {cap} in all, and nothing after {deadline}.
    struct SpendingCap {
        address payer;
        uint256 cap;
        uint256 deadline;
    }

    /// @notice A payer's deposit.
    /// @param balance what is left of it
    /// @param charged all that was ever taken
    /// @param exitAt when the payer may take the rest back; 0 while it stays
    struct Deposit {
        uint128 balance;
        uint128 charged;
        uint64 exitAt;
    }

    /// @notice The token that is deposited.
    IERC20 public immutable token;
    /// @notice Receives the workers' share of every charge.
    address public immutable distributor;
    /// @notice Receives the fees.
    address public immutable feeTaker;
    /// @notice The seconds between asking to leave and leaving.
    uint64 public immutable exitDelay;

    /// @notice Every payer's deposit.
    mapping(address payer => Deposit) public deposits;

    /// @notice A payer put tokens in, for an account of the farm.
    event Deposited(address indexed payer, bytes32 indexed customer, uint256 amount);
    /// @notice A deposit was charged up to {total} in all.
    event Charged(address indexed payer, uint256 amount, uint256 fee, uint256 total);
    /// @notice A payer will leave.
    event ExitRequested(address indexed payer, uint64 exitAt);
    /// @notice A payer stays after all.
    event ExitCancelled(address indexed payer);
    /// @notice A payer has left.
    event Withdrawn(address indexed payer, address to, uint256 amount);

    /// @notice Nothing is no amount.
    error NoAmount();
    /// @notice The payer is leaving, or has not asked to.
    error WrongExitState(address payer, uint64 exitAt);
    /// @notice The cap's time is over.
    error CapExpired(uint256 deadline);
    /// @notice The payer did not sign this cap.
    error WrongSignature(address payer);
    /// @notice More than the payer signed for.
    error CapExceeded(uint256 total, uint256 cap);
    /// @notice This much was charged before.
    error AlreadyCharged(uint256 total, uint256 charged);
    /// @notice More than the deposit has.
    error DepositTooSmall(uint256 amount, uint256 balance);
    /// @notice The fee is over its maximum.
    error FeeTooLarge(uint256 fee, uint256 maximum);

    /// @param timelock grants roles and lifts a pause
    /// @param guardian pauses charges
    /// @param settler charges deposits
    constructor(
        IERC20 deposited,
        address timelock,
        address guardian,
        address settler,
        address workers,
        address fees,
        uint64 delay
    ) Guarded(timelock, guardian) EIP712("TilthEscrow", "1") {
        token = IERC20(_present(address(deposited)));
        distributor = _present(workers);
        feeTaker = _present(fees);
        exitDelay = delay;
        _grantRole(SETTLER_ROLE, _present(settler));
    }

    /// @notice Deposits tokens that were approved before.
    /// @param customer the account of the farm that is credited
    function deposit(bytes32 customer, uint256 amount) external whenNotPaused {
        _deposit(customer, amount);
    }

    /// @notice Deposits tokens by a permit. One that somebody else has used already does no harm.
    function depositWithPermit(bytes32 customer, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
        whenNotPaused
    {
        try IERC20Permit(address(token)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        _deposit(customer, amount);
    }

    /// @notice Charges a deposit up to {total} in all. Charging the same total again is refused, so that it can be
    /// sent any number of times.
    /// @param total all that was ever charged, this included
    /// @param fee what of it goes to the farm; the rest goes to the workers
    function settle(SpendingCap calldata cap, uint256 total, uint256 fee, bytes calldata signature)
        external
        onlyRole(SETTLER_ROLE)
        whenNotPaused
    {
        if (block.timestamp > cap.deadline) revert CapExpired(cap.deadline);
        if (total > cap.cap) revert CapExceeded(total, cap.cap);
        Deposit storage from = deposits[cap.payer];
        if (total <= from.charged) revert AlreadyCharged(total, from.charged);
        uint256 amount = total - from.charged;
        if (amount > from.balance) revert DepositTooSmall(amount, from.balance);
        uint256 maximum = amount * MAX_FEE_BASIS_POINTS / 10_000;
        if (fee > maximum) revert FeeTooLarge(fee, maximum);
        bytes32 statement = keccak256(abi.encode(CAP_TYPEHASH, cap.payer, cap.cap, cap.deadline));
        if (!SignatureChecker.isValidSignatureNowCalldata(cap.payer, _hashTypedDataV4(statement), signature)) {
            revert WrongSignature(cap.payer);
        }
        // Both stay within 128 bits: the amount is within a balance.
        from.balance -= uint128(amount);
        from.charged += uint128(amount);
        emit Charged(cap.payer, amount, fee, total);
        token.safeTransfer(distributor, amount - fee);
        token.safeTransfer(feeTaker, fee);
    }

    /// @notice Begins to leave. The operator has {exitDelay} to charge what was used.
    function requestExit() external {
        Deposit storage own = deposits[msg.sender];
        if (own.exitAt != 0) revert WrongExitState(msg.sender, own.exitAt);
        own.exitAt = uint64(block.timestamp) + exitDelay;
        emit ExitRequested(msg.sender, own.exitAt);
    }

    /// @notice Stays.
    function cancelExit() external {
        Deposit storage own = deposits[msg.sender];
        if (own.exitAt == 0) revert WrongExitState(msg.sender, 0);
        own.exitAt = 0;
        emit ExitCancelled(msg.sender);
    }

    /// @notice Takes the rest of the caller's deposit, when the delay is over.
    function withdraw(address to) external {
        Deposit storage own = deposits[msg.sender];
        if (own.exitAt == 0 || own.exitAt > block.timestamp) revert WrongExitState(msg.sender, own.exitAt);
        uint256 amount = own.balance;
        own.balance = 0;
        own.exitAt = 0;
        emit Withdrawn(msg.sender, to, amount);
        token.safeTransfer(to, amount);
    }

    function _deposit(bytes32 customer, uint256 amount) private {
        if (amount == 0) revert NoAmount();
        Deposit storage own = deposits[msg.sender];
        if (own.exitAt != 0) revert WrongExitState(msg.sender, own.exitAt);
        own.balance += uint128(amount); // no supply reaches 128 bits
        emit Deposited(msg.sender, customer, amount);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }
}
