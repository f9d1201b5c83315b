// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {DepositEscrow} from "../../main/solidity/DepositEscrow.sol";
import {Guarded} from "../../main/solidity/Guarded.sol";
import {Farm} from "./Farm.sol";

/// @dev A payer that is a contract: it signs what it was told to.
contract Wallet {
    bytes32 private allowed;

    function allow(bytes32 digest) external {
        allowed = digest;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return digest == allowed ? this.isValidSignature.selector : bytes4(0);
    }
}

contract DepositEscrowTest is Farm {
    bytes32 private constant CAP = keccak256("SpendingCap(address payer,uint256 cap,uint256 deadline)");
    bytes32 private constant CUSTOMER = bytes32(uint256(7));

    DepositEscrow.SpendingCap private cap;
    bytes private signature;

    function setUp() public override {
        super.setUp();
        give(ann, 1_000);
        vm.startPrank(ann);
        token.approve(address(escrow), type(uint256).max);
        escrow.deposit(CUSTOMER, 600);
        vm.stopPrank();
        cap = DepositEscrow.SpendingCap(ann, 500, block.timestamp + 3 days);
        signature = signedBy("ann", cap);
    }

    function signedBy(string memory name, DepositEscrow.SpendingCap memory what) private view returns (bytes memory) {
        return signed(
            name, separatorOf(escrow), keccak256(abi.encode(CAP, what.payer, what.cap, what.deadline))
        );
    }

    function balanceOf(address payer) private view returns (uint256 balance) {
        (balance,,) = escrow.deposits(payer);
    }

    function settle(uint256 total, uint256 fee) private {
        vm.prank(operator);
        escrow.settle(cap, total, fee, signature);
    }

    function test_chargesGoToWorkersAndFees() public {
        uint256 before = token.balanceOf(treasury);
        settle(100, 20);
        settle(300, 0);
        same(token.balanceOf(address(distributor)), 280, "workers");
        same(token.balanceOf(treasury) - before, 20, "fees");
        same(balanceOf(ann), 300, "rest");
    }

    function test_chargeIsNotRepeated() public {
        settle(100, 0);
        vm.expectRevert(abi.encodeWithSelector(DepositEscrow.AlreadyCharged.selector, 100, 100));
        settle(100, 0);
    }

    function test_noMoreIsChargedThanThePayerSignedFor() public {
        vm.expectRevert(abi.encodeWithSelector(DepositEscrow.CapExceeded.selector, 501, 500));
        settle(501, 0);
        cap.cap = 600;
        vm.expectRevert(abi.encodeWithSelector(DepositEscrow.WrongSignature.selector, ann));
        settle(501, 0);
        signature = signedBy("bob", cap);
        vm.expectRevert(abi.encodeWithSelector(DepositEscrow.WrongSignature.selector, ann));
        settle(501, 0);
        settleAfterExpiry();
    }

    function settleAfterExpiry() private {
        vm.warp(cap.deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(DepositEscrow.CapExpired.selector, cap.deadline));
        settle(100, 0);
    }

    function test_noMoreIsChargedThanWasDeposited() public {
        cap.cap = 10_000;
        signature = signedBy("ann", cap);
        vm.expectRevert(abi.encodeWithSelector(DepositEscrow.DepositTooSmall.selector, 601, 600));
        settle(601, 0);
        settle(600, 0);
        same(balanceOf(ann), 0, "all");
    }

    function test_feeHasAMaximum() public {
        vm.expectRevert(abi.encodeWithSelector(DepositEscrow.FeeTooLarge.selector, 21, 20));
        settle(100, 21);
        settle(100, 20);
    }

    function test_onlyTheSettlerCharges() public {
        bytes32 role = escrow.SETTLER_ROLE();
        expectMissingRole(ann, role);
        vm.prank(ann);
        escrow.settle(cap, 100, 0, signature);
    }

    function test_contractSignsThroughItself() public {
        Wallet wallet = new Wallet();
        cap.payer = address(wallet);
        give(address(wallet), 50);
        vm.startPrank(address(wallet));
        token.approve(address(escrow), 50);
        escrow.deposit(CUSTOMER, 50);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(DepositEscrow.WrongSignature.selector, address(wallet)));
        settle(10, 0);
        bytes32 statement = keccak256(abi.encode(CAP, cap.payer, cap.cap, cap.deadline));
        wallet.allow(keccak256(abi.encodePacked(hex"1901", separatorOf(escrow), statement)));
        settle(10, 0);
        same(balanceOf(address(wallet)), 40, "rest");
    }

    function test_payerLeavesWithoutTheOperator() public {
        vm.startPrank(ann);
        vm.expectRevert(abi.encodeWithSelector(DepositEscrow.WrongExitState.selector, ann, 0));
        escrow.withdraw(ann);
        vm.expectRevert(abi.encodeWithSelector(DepositEscrow.WrongExitState.selector, ann, 0));
        escrow.cancelExit();
        escrow.requestExit();
        uint64 exitAt = uint64(block.timestamp) + EXIT_DELAY;
        vm.expectRevert(abi.encodeWithSelector(DepositEscrow.WrongExitState.selector, ann, exitAt));
        escrow.requestExit();
        vm.expectRevert(abi.encodeWithSelector(DepositEscrow.WrongExitState.selector, ann, exitAt));
        escrow.deposit(CUSTOMER, 1);
        vm.warp(exitAt - 1);
        vm.expectRevert(abi.encodeWithSelector(DepositEscrow.WrongExitState.selector, ann, exitAt));
        escrow.withdraw(ann);
        vm.stopPrank();
        vm.prank(guardian);
        escrow.pause();
        vm.warp(exitAt);
        vm.startPrank(ann);
        escrow.withdraw(bob);
        same(token.balanceOf(bob), 600, "all of it, though paused");
        vm.expectRevert(abi.encodeWithSelector(DepositEscrow.WrongExitState.selector, ann, 0));
        escrow.withdraw(bob);
        vm.stopPrank();
    }

    function test_whoHasLeftHasNothingToTakeASecondTime() public {
        give(bob, 700);
        vm.startPrank(bob);
        token.approve(address(escrow), 700);
        escrow.deposit(CUSTOMER, 700);
        vm.stopPrank();
        vm.startPrank(ann);
        escrow.requestExit();
        vm.warp(block.timestamp + EXIT_DELAY);
        escrow.withdraw(ann);
        same(balanceOf(ann), 0, "nothing is left of the deposit");
        escrow.requestExit();
        vm.warp(block.timestamp + EXIT_DELAY);
        escrow.withdraw(ann);
        vm.stopPrank();
        same(token.balanceOf(ann), 1_000, "ann's own and no more");
        same(token.balanceOf(address(escrow)), 700, "bob's deposit");
    }

    function test_whatWasUsedIsChargedBeforeThePayerLeaves() public {
        vm.prank(ann);
        escrow.requestExit();
        settle(200, 0);
        vm.warp(block.timestamp + EXIT_DELAY);
        vm.prank(ann);
        escrow.withdraw(ann);
        same(token.balanceOf(ann), 800, "ann");
    }

    function test_payerMayStay() public {
        vm.startPrank(ann);
        escrow.requestExit();
        escrow.cancelExit();
        escrow.deposit(CUSTOMER, 400);
        vm.stopPrank();
        same(balanceOf(ann), 1_000, "all");
    }

    function test_pauseStopsChargesAndDeposits() public {
        vm.prank(guardian);
        escrow.pause();
        vm.expectRevert(Pausable.EnforcedPause.selector);
        settle(1, 0);
        vm.prank(ann);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        escrow.deposit(CUSTOMER, 1);
        vm.prank(ann);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        escrow.depositWithPermit(CUSTOMER, 1, 0, 0, 0, 0);
        throughTimelock(address(escrow), abi.encodeCall(Guarded.unpause, ()));
        settle(1, 0);
    }

    function test_permitDepositsAtOnceEvenWhenSomebodyUsedItBefore() public {
        give(bob, 100);
        for (uint256 i = 0; i < 2; i++) {
            (uint8 v, bytes32 r, bytes32 s) = bobsPermit(50, i);
            if (i == 1) token.permit(bob, address(escrow), 50, block.timestamp, v, r, s);
            vm.prank(bob);
            escrow.depositWithPermit(CUSTOMER, 50, block.timestamp, v, r, s);
        }
        same(balanceOf(bob), 100, "both");
    }

    function bobsPermit(uint256 amount, uint256 nonce) private view returns (uint8, bytes32, bytes32) {
        bytes32 permit =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 statement = keccak256(abi.encode(permit, bob, address(escrow), amount, nonce, block.timestamp));
        return vm.sign(keyOf("bob"), keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), statement)));
    }

    function test_depositsNeedAnAmountAndAnAllowance() public {
        vm.expectRevert(DepositEscrow.NoAmount.selector);
        escrow.deposit(CUSTOMER, 0);
        vm.expectRevert();
        vm.prank(bob);
        escrow.deposit(CUSTOMER, 1);
    }

    function test_addressesMustBeThere() public {
        address[5] memory parts = [address(token), operator, address(distributor), treasury, guardian];
        for (uint256 i = 0; i < 4; i++) {
            address saved = parts[i];
            parts[i] = address(0);
            vm.expectRevert(Guarded.ZeroAddress.selector);
            new DepositEscrow(IERC20(parts[0]), address(timelock), guardian, parts[1], parts[2], parts[3], 1);
            parts[i] = saved;
        }
    }

    function testFuzz_neverMoreThanCapOrDeposit(uint256 capped, uint256[5] calldata totals, uint256 fee) public {
        cap.cap = within(capped, 0, 2_000);
        signature = signedBy("ann", cap);
        for (uint256 i = 0; i < totals.length; i++) {
            uint256 total = within(totals[i], 0, 2_500);
            vm.prank(operator);
            try escrow.settle(cap, total, within(fee, 0, 100), signature) {} catch {}
            (uint256 balance, uint256 charged,) = escrow.deposits(ann);
            isTrue(charged <= cap.cap && charged <= 600, "charged");
            same(balance + charged, 600, "nothing lost");
            same(token.balanceOf(address(escrow)), balance, "covered");
        }
    }
}
