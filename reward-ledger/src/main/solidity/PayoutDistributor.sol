// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Guarded} from "./Guarded.sol";

/// @title Pays any number of workers by one root an epoch
/// @notice A root covers what every account has earned since the farm began; a claim pays what of it was not claimed
/// yet, so that unclaimed sums carry over. A root becomes claimable after a dispute window, in which a guardian may void
/// it; the root before stays claimable meanwhile. A root is taken only when the tokens for all of it are here.
contract PayoutDistributor is EIP712, Nonces, Guarded {
    using SafeERC20 for IERC20;

    /// @notice May publish roots; may not move money.
    bytes32 public constant PUBLISHER_ROLE = keccak256("PUBLISHER_ROLE");

    bytes32 private constant PAY_TO_TYPEHASH =
        keccak256("PayTo(address account,address payTo,uint256 nonce,uint256 deadline)");

    /// @notice A root over keccak(keccak(abi.encode(account, cumulative))).
    /// @param total the sum of all cumulative amounts: the most that can be claimed until a later root is claimable
    /// @param claimableAt the second from which it can be claimed under
    struct PayoutRoot {
        bytes32 root;
        uint64 epoch;
        uint64 claimableAt;
        uint128 total;
    }

    /// @notice One account's claim, for {claimMany}.
    struct Claim {
        address account;
        uint256 cumulative;
        bytes32[] proof;
    }

    struct Account {
        uint96 claimed;
        address payTo;
    }

    /// @notice The token that is paid.
    IERC20 public immutable token;

    /// @notice The seconds between a root's publication and its first claim.
    uint64 public immutable disputeWindow;

    /// @notice All that was ever claimed.
    /// @dev The first own variable after {Guarded}'s: it shares the slot of the pause, which every claim reads too.
    uint128 public totalClaimed;

    // The newest two roots, in no order: of two slots that are overwritten in turn none is ever paid for anew.
    PayoutRoot[2] private _roots;
    mapping(address account => Account) private _accounts;

    /// @notice A root was published; claims under it begin at {claimableAt}.
    event RootPublished(uint64 indexed epoch, bytes32 root, uint256 total, uint64 claimableAt);
    /// @notice A root was taken back within its window.
    event RootVoided(uint64 indexed epoch, bytes32 root);
    /// @notice An account was paid.
    event Claimed(address indexed account, address to, uint256 amount, uint256 cumulative);
    /// @notice An account is paid elsewhere from now on.
    event PayToChanged(address indexed account, address payTo);

    /// @notice The root is zero.
    error EmptyRoot();
    /// @notice The newest root's window is open still.
    error WindowOpen(uint64 claimableAt);
    /// @notice There is no root whose window is open.
    error NoOpenWindow();
    /// @notice An epoch must be later than the one before it.
    error StaleEpoch(uint64 epoch, uint64 newest);
    /// @notice A total never falls.
    error TotalFell(uint256 total, uint256 before);
    /// @notice The tokens for the whole root are not here.
    error Insolvent(uint256 total, uint256 covered);
    /// @notice No root is claimable yet.
    error NothingPublished();
    /// @notice The proof does not lead from this account and amount to the root.
    error WrongProof(address account, uint256 cumulative);
    /// @notice All of it was claimed before.
    error NothingToClaim(address account, uint256 claimed);
    /// @notice More would be claimed than the root's total.
    error ExceedsTotal(uint256 claimed, uint256 total);
    /// @notice The signature's time is over.
    error SignatureExpired(uint256 deadline);
    /// @notice The account did not sign this.
    error WrongSignature(address account);

    /// @param timelock grants roles and lifts a pause
    /// @param guardian pauses and voids
    /// @param publisher publishes roots
    constructor(IERC20 paid, address timelock, address guardian, address publisher, uint64 window)
        Guarded(timelock, guardian)
        EIP712("TilthPayouts", "1")
    {
        token = IERC20(_present(address(paid)));
        disputeWindow = window;
        // Written now, so that no epoch pays for a fresh slot.
        _roots[0].claimableAt = 1;
        _roots[1].claimableAt = 1;
        _grantRole(PUBLISHER_ROLE, _present(publisher));
    }

    /// @notice Publishes an epoch's root.
    /// @param epoch later than the one before
    /// @param total the sum of what it covers; not less than before
    function publish(uint64 epoch, bytes32 root, uint128 total) external onlyRole(PUBLISHER_ROLE) whenNotPaused {
        if (root == 0) revert EmptyRoot();
        (PayoutRoot storage newest, PayoutRoot storage older) = _inOrder();
        if (newest.claimableAt > block.timestamp) revert WindowOpen(newest.claimableAt);
        if (epoch <= newest.epoch) revert StaleEpoch(epoch, newest.epoch);
        if (total < newest.total) revert TotalFell(total, newest.total);
        uint256 covered = token.balanceOf(address(this)) + totalClaimed;
        if (total > covered) revert Insolvent(total, covered);
        uint64 claimableAt = uint64(block.timestamp) + disputeWindow;
        older.root = root;
        older.epoch = epoch;
        older.claimableAt = claimableAt;
        older.total = total;
        emit RootPublished(epoch, root, total, claimableAt);
    }

    /// @notice Takes the newest root back while its window is open. Its epoch may be published again.
    function void() external onlyRole(GUARDIAN_ROLE) {
        (PayoutRoot storage newest,) = _inOrder();
        if (newest.claimableAt <= block.timestamp) revert NoOpenWindow();
        emit RootVoided(newest.epoch, newest.root);
        newest.root = 0;
        newest.epoch = 0;
        newest.claimableAt = 1;
        newest.total = 0;
    }

    /// @notice Pays an account what it has not claimed yet. Anyone may bring the claim; the money goes where the
    /// account wants it.
    /// @param cumulative what the root says that the account has earned in all
    /// @return amount what was paid
    function claim(address account, uint256 cumulative, bytes32[] calldata proof)
        external
        whenNotPaused
        returns (uint256 amount)
    {
        PayoutRoot storage current = _claimable();
        return _claim(current.root, current.total, account, cumulative, proof);
    }

    /// @notice Pays many accounts; all or none.
    function claimMany(Claim[] calldata claims) external whenNotPaused {
        PayoutRoot storage current = _claimable();
        bytes32 root = current.root;
        uint256 total = current.total;
        for (uint256 i = 0; i < claims.length; i++) {
            _claim(root, total, claims[i].account, claims[i].cumulative, claims[i].proof);
        }
    }

    /// @notice Has the caller's claims paid elsewhere; zero: to the caller again.
    function setPayTo(address payTo) external {
        _setPayTo(msg.sender, payTo);
    }

    /// @notice The same by the account's signature, for accounts that have nothing to pay gas with.
    function setPayToBySignature(address account, address payTo, uint256 deadline, bytes calldata signature) external {
        if (block.timestamp > deadline) revert SignatureExpired(deadline);
        bytes32 statement = keccak256(abi.encode(PAY_TO_TYPEHASH, account, payTo, _useNonce(account), deadline));
        if (!SignatureChecker.isValidSignatureNowCalldata(account, _hashTypedDataV4(statement), signature)) {
            revert WrongSignature(account);
        }
        _setPayTo(account, payTo);
    }

    /// @notice What the account has claimed in all.
    function claimed(address account) external view returns (uint256) {
        return _accounts[account].claimed;
    }

    /// @notice Where the account's claims are paid.
    function payToOf(address account) external view returns (address) {
        address payTo = _accounts[account].payTo;
        return payTo == address(0) ? account : payTo;
    }

    /// @notice The root that claims are made under now; zero when there is none.
    function claimable() external view returns (PayoutRoot memory) {
        (PayoutRoot storage newest, PayoutRoot storage older) = _inOrder();
        return newest.claimableAt > block.timestamp ? older : newest;
    }

    /// @notice The root whose window is open; zero when there is none.
    function pending() external view returns (PayoutRoot memory none) {
        (PayoutRoot storage newest,) = _inOrder();
        return newest.claimableAt > block.timestamp ? newest : none;
    }

    function _claim(bytes32 root, uint256 total, address account, uint256 cumulative, bytes32[] calldata proof)
        private
        returns (uint256 amount)
    {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(account, cumulative))));
        if (!MerkleProof.verifyCalldata(proof, root, leaf)) revert WrongProof(account, cumulative);
        Account storage owner = _accounts[account];
        uint256 before = owner.claimed;
        if (cumulative <= before) revert NothingToClaim(account, before);
        amount = cumulative - before;
        uint256 all = totalClaimed + amount;
        if (all > total) revert ExceedsTotal(all, total);
        // Neither cast cuts: total has 128 bits, and no supply reaches 96.
        totalClaimed = uint128(all);
        owner.claimed = uint96(cumulative);
        address to = owner.payTo == address(0) ? account : owner.payTo;
        emit Claimed(account, to, amount, cumulative);
        token.safeTransfer(to, amount);
    }

    function _setPayTo(address account, address payTo) private {
        _accounts[account].payTo = payTo;
        emit PayToChanged(account, payTo);
    }

    function _claimable() private view returns (PayoutRoot storage current) {
        (PayoutRoot storage newest, PayoutRoot storage older) = _inOrder();
        current = newest.claimableAt > block.timestamp ? older : newest;
        if (current.root == 0) revert NothingPublished();
    }

    function _inOrder() private view returns (PayoutRoot storage newest, PayoutRoot storage older) {
        bool firstIsNewer = _roots[0].epoch > _roots[1].epoch;
        return firstIsNewer ? (_roots[0], _roots[1]) : (_roots[1], _roots[0]);
    }
}
