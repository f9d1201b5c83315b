// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {BurnMint} from "../../main/solidity/BurnMint.sol";
import {Guarded} from "../../main/solidity/Guarded.sol";
import {TilthToken} from "../../main/solidity/TilthToken.sol";
import {Farm} from "./Farm.sol";

contract BurnMintTest is Farm {
    function setUp() public override {
        super.setUp();
        vm.startPrank(operator);
        bytes memory grant = abi.encodeCall(token.grantRole, (token.MINTER_ROLE(), address(burnMint)));
        vm.stopPrank();
        throughTimelock(address(token), grant);
        vm.prank(operator);
        burnMint.tellPrice(5e5);
        give(ann, 10e6);
        vm.prank(ann);
        token.approve(address(burnMint), type(uint256).max);
    }

    function buy(uint256 amount, uint256 wanted) private returns (uint256) {
        vm.prank(ann);
        return burnMint.buyCredit("ann", amount, wanted);
    }

    function test_burnBuysCreditAtThePrice() public {
        uint256 supply = token.totalSupply();
        same(buy(4e6, 2e6), 2e6, "credit");
        same(supply - token.totalSupply(), 4e6, "burned");
    }

    function test_payerSaysTheLeastThatTheyTake() public {
        vm.expectRevert(abi.encodeWithSelector(BurnMint.TooLittleCredit.selector, 2e6, 2e6 + 1));
        buy(4e6, 2e6 + 1);
        vm.expectRevert(abi.encodeWithSelector(BurnMint.TooLittleCredit.selector, 0, 0));
        buy(1, 0);
        vm.expectRevert();
        buy(11e6, 0);
    }

    function test_oldPriceIsRefused() public {
        uint64 told = uint64(block.timestamp);
        vm.warp(told + 2 days);
        buy(1e6, 0);
        vm.warp(told + 2 days + 1);
        vm.expectRevert(abi.encodeWithSelector(BurnMint.PriceTooOld.selector, told));
        buy(1e6, 0);
    }

    function test_priceMovesInSteps() public {
        vm.startPrank(operator);
        burnMint.tellPrice(1e6);
        burnMint.tellPrice(5e5);
        uint192[3] memory wrong = [uint192(0), 1e6 + 1, 25e4 - 1];
        for (uint256 i = 0; i < 3; i++) {
            vm.expectRevert(abi.encodeWithSelector(BurnMint.PriceJumped.selector, wrong[i], 5e5));
            burnMint.tellPrice(wrong[i]);
        }
        vm.stopPrank();
        bytes32 role = burnMint.PRICER_ROLE();
        expectMissingRole(ann, role);
        vm.prank(ann);
        burnMint.tellPrice(5e5);
    }

    function test_emissionFollowsTheCalendarAlone() public {
        uint256 begun = burnMint.startsAt();
        vm.warp(begun + 3 days);
        buy(10e6, 0);
        burnMint.emitDue();
        same(token.balanceOf(address(distributor)), 3e12, "three periods");
        vm.expectRevert(BurnMint.NothingDue.selector);
        burnMint.emitDue();
        vm.warp(begun + 21 days);
        burnMint.emitDue();
        same(token.balanceOf(address(distributor)), 10e12 + 10 * 5e11 + 25e10, "halved, and halved again");
        same(burnMint.periodsMinted(), 21, "periods");
    }

    function test_longSilenceIsMintedInParts() public {
        vm.warp(burnMint.startsAt() + 150 days);
        burnMint.emitDue();
        same(burnMint.periodsMinted(), 100, "at most");
        burnMint.emitDue();
        same(burnMint.periodsMinted(), 150, "the rest");
    }

    function test_pauseStopsBoth() public {
        vm.prank(guardian);
        burnMint.pause();
        vm.expectRevert(Pausable.EnforcedPause.selector);
        buy(1e6, 0);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        burnMint.emitDue();
    }

    function test_badArgumentsMakeNoContract() public {
        uint64[3][2] memory schedules = [[uint64(0), 1, 1], [uint64(1), 0, 1]];
        for (uint256 i = 0; i < 2; i++) {
            vm.expectRevert(BurnMint.WrongSchedule.selector);
            new BurnMint(token, address(timelock), guardian, operator, ann, schedules[i], 1, 1);
        }
        uint64[3] memory schedule = [uint64(1), 1, 1];
        vm.expectRevert(abi.encodeWithSelector(BurnMint.PriceJumped.selector, 0, 0));
        new BurnMint(token, address(timelock), guardian, operator, ann, schedule, 1, 0);
        vm.expectRevert(Guarded.ZeroAddress.selector);
        new BurnMint(TilthToken(address(0)), address(timelock), guardian, operator, ann, schedule, 1, 1);
        vm.expectRevert(Guarded.ZeroAddress.selector);
        new BurnMint(token, address(timelock), guardian, operator, address(0), schedule, 1, 1);
        vm.expectRevert(Guarded.ZeroAddress.selector);
        new BurnMint(token, address(timelock), guardian, address(0), ann, schedule, 1, 1);
    }

    function testFuzz_emissionIsTheSameHoweverMuchIsBurned(uint256 burned, uint16 time) public {
        uint256 amount = within(burned, 2, 10e6);
        buy(amount, 0);
        vm.warp(burnMint.startsAt() + 1 days + within(time, 0, 90 days));
        burnMint.emitDue();
        uint256 expected = 0;
        for (uint64 i = 0; i < burnMint.periodsMinted(); i++) {
            expected += burnMint.emissionOf(i);
        }
        same(token.balanceOf(address(distributor)), expected, "emission");
    }
}
