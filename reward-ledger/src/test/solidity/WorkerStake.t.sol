// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Guarded} from "../../main/solidity/Guarded.sol";
import {WorkerStake} from "../../main/solidity/WorkerStake.sol";
import {Farm} from "./Farm.sol";

contract WorkerStakeTest is Farm {
    bytes32 private constant EVIDENCE = keccak256("both outputs");

    function setUp() public override {
        super.setUp();
        give(ann, 1_000);
        vm.startPrank(ann);
        token.approve(address(stakes), type(uint256).max);
        stakes.stake(1_000);
        vm.stopPrank();
    }

    function slash(uint256 amount, bytes32 caseId) private {
        vm.prank(operator);
        stakes.slash(ann, amount, caseId, EVIDENCE);
    }

    function unbond(uint256 amount) private {
        vm.prank(ann);
        stakes.beginUnbonding(amount);
    }

    function anns() private view returns (uint256 bonded, uint256 unbonding) {
        (bonded, unbonding,) = stakes.stakes(ann);
    }

    function test_unbondingTakesItsTime() public {
        unbond(400);
        uint64 releaseAt = uint64(block.timestamp) + UNBONDING;
        vm.warp(releaseAt - 1);
        vm.prank(ann);
        vm.expectRevert(abi.encodeWithSelector(WorkerStake.StillBonded.selector, releaseAt));
        stakes.withdraw(ann);
        vm.warp(releaseAt);
        vm.prank(ann);
        stakes.withdraw(bob);
        same(token.balanceOf(bob), 400, "out");
        vm.prank(ann);
        vm.expectRevert(abi.encodeWithSelector(WorkerStake.StillBonded.selector, 0));
        stakes.withdraw(bob);
    }

    function test_laterUnbondingStartsTheTimeAnew() public {
        unbond(400);
        vm.warp(block.timestamp + UNBONDING - 1);
        unbond(1);
        vm.warp(block.timestamp + 1);
        vm.prank(ann);
        vm.expectRevert();
        stakes.withdraw(ann);
    }

    function test_whatIsUnbondingCanBeSlashed() public {
        unbond(900);
        slash(500, "case 1");
        (uint256 bonded, uint256 unbonding) = anns();
        same(bonded, 0, "bonded first");
        same(unbonding, 500, "then unbonding");
        vm.warp(block.timestamp + UNBONDING);
        slash(250, "case 2");
        vm.prank(ann);
        stakes.withdraw(ann);
        same(token.balanceOf(ann), 250, "the rest");
    }

    function test_bondedIsTakenFirst() public {
        unbond(300);
        slash(500, "case 1");
        (uint256 bonded, uint256 unbonding) = anns();
        same(bonded, 200, "bonded");
        same(unbonding, 300, "unbonding");
    }

    function test_caseSlashesOnce() public {
        slash(10, "case 1");
        vm.expectRevert(abi.encodeWithSelector(WorkerStake.CaseUsed.selector, bytes32("case 1")));
        slash(10, "case 1");
        isTrue(stakes.cases("case 1") == EVIDENCE, "evidence");
    }

    function test_caseTakesNoMoreThanItsShare() public {
        same(stakes.maxSlash(ann), 500, "half");
        vm.expectRevert(abi.encodeWithSelector(WorkerStake.SlashTooLarge.selector, 501, 500));
        slash(501, "case 1");
        uint256 before = token.balanceOf(treasury);
        slash(500, "case 1");
        same(token.balanceOf(treasury) - before, 500, "treasury");
    }

    function test_caseNeedsAmountAndEvidence() public {
        vm.expectRevert(WorkerStake.NoAmount.selector);
        slash(0, "case 1");
        vm.prank(operator);
        vm.expectRevert(WorkerStake.NoEvidence.selector);
        stakes.slash(ann, 1, "case 1", 0);
    }

    function test_rolesAndPauseAreKept() public {
        bytes32 role = stakes.SLASHER_ROLE();
        expectMissingRole(ann, role);
        vm.prank(ann);
        stakes.slash(ann, 1, "case 1", EVIDENCE);
        vm.prank(guardian);
        stakes.pause();
        vm.expectRevert(Pausable.EnforcedPause.selector);
        slash(1, "case 1");
        vm.prank(ann);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        stakes.stake(1);
        unbond(1_000);
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(ann);
        stakes.withdraw(ann);
        same(token.balanceOf(ann), 1_000, "the way out is open");
        throughTimelock(address(stakes), abi.encodeCall(Guarded.unpause, ()));
        vm.prank(ann);
        stakes.stake(1);
    }

    function test_amountsMustBeThere() public {
        vm.expectRevert(WorkerStake.NoAmount.selector);
        stakes.stake(0);
        vm.expectRevert(WorkerStake.NoAmount.selector);
        unbond(0);
        vm.expectRevert(abi.encodeWithSelector(WorkerStake.StakeTooSmall.selector, 1_001, 1_000));
        unbond(1_001);
    }

    function test_badArgumentsMakeNoContract() public {
        vm.expectRevert(abi.encodeWithSelector(WorkerStake.WrongShare.selector, 0));
        new WorkerStake(token, address(timelock), guardian, operator, treasury, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(WorkerStake.WrongShare.selector, 10_001));
        new WorkerStake(token, address(timelock), guardian, operator, treasury, 1, 10_001);
        vm.expectRevert(Guarded.ZeroAddress.selector);
        new WorkerStake(IERC20(address(0)), address(timelock), guardian, operator, treasury, 1, 1);
        vm.expectRevert(Guarded.ZeroAddress.selector);
        new WorkerStake(token, address(timelock), guardian, address(0), treasury, 1, 1);
        vm.expectRevert(Guarded.ZeroAddress.selector);
        new WorkerStake(token, address(timelock), guardian, operator, address(0), 1, 1);
    }

    function testFuzz_slashAndWithdrawalShareTheStakeExactly(uint256 out, uint256[3] calldata slashes) public {
        unbond(within(out, 1, 1_000));
        uint256 taken = 0;
        for (uint256 i = 0; i < 3; i++) {
            uint256 amount = within(slashes[i], 0, stakes.maxSlash(ann));
            if (amount > 0) slash(amount, bytes32(i + 1));
            taken += amount;
        }
        (uint256 bonded, uint256 unbonding) = anns();
        same(bonded + unbonding + taken, 1_000, "sum");
        same(token.balanceOf(address(stakes)), bonded + unbonding, "covered");
    }
}
