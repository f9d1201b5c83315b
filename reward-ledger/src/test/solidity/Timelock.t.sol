// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Farm} from "./Farm.sol";

contract TimelockTest is Farm {
    function grant() private view returns (bytes memory) {
        return abi.encodeCall(distributor.grantRole, (distributor.PUBLISHER_ROLE(), bob));
    }

    function test_nobodyButTheTimelockIsAdmin() public view {
        isTrue(distributor.hasRole(0, address(timelock)), "distributor");
        isTrue(escrow.hasRole(0, address(timelock)), "escrow");
        isTrue(stakes.hasRole(0, address(timelock)), "stakes");
        isTrue(burnMint.hasRole(0, address(timelock)), "burnMint");
        isTrue(token.hasRole(0, address(timelock)), "token");
        isTrue(timelock.hasRole(0, address(timelock)), "itself");
        address[4] memory others = [operator, guardian, treasury, address(this)];
        for (uint256 i = 0; i < others.length; i++) {
            isTrue(!distributor.hasRole(0, others[i]) && !token.hasRole(0, others[i]), "none of these");
            isTrue(!timelock.hasRole(0, others[i]), "nor over the timelock");
        }
    }

    function test_changeWaitsForItsDelay() public {
        bytes memory data = grant();
        vm.startPrank(operator);
        timelock.schedule(address(distributor), 0, data, 0, 0, TIMELOCK_DELAY);
        vm.warp(block.timestamp + TIMELOCK_DELAY - 1);
        vm.expectRevert();
        timelock.execute(address(distributor), 0, data, 0, 0);
        vm.warp(block.timestamp + 1);
        timelock.execute(address(distributor), 0, data, 0, 0);
        vm.stopPrank();
        isTrue(distributor.hasRole(distributor.PUBLISHER_ROLE(), bob), "granted");
    }

    function test_delayIsNotShortened() public {
        bytes memory data = grant();
        vm.startPrank(operator);
        vm.expectRevert();
        timelock.schedule(address(distributor), 0, data, 0, 0, TIMELOCK_DELAY - 1);
        vm.stopPrank();
    }

    function test_othersProposeNothing() public {
        bytes memory data = grant();
        bytes32 role = timelock.PROPOSER_ROLE();
        expectMissingRole(ann, role);
        vm.prank(ann);
        timelock.schedule(address(distributor), 0, data, 0, 0, TIMELOCK_DELAY);
    }

    function testFuzz_nothingHappensBeforeItsTime(uint256 wait) public {
        bytes memory data = grant();
        vm.startPrank(operator);
        timelock.schedule(address(distributor), 0, data, 0, 0, TIMELOCK_DELAY);
        vm.warp(block.timestamp + within(wait, 0, TIMELOCK_DELAY - 1));
        vm.expectRevert();
        timelock.execute(address(distributor), 0, data, 0, 0);
        vm.stopPrank();
    }
}
