// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {PayoutDistributor} from "../../main/solidity/PayoutDistributor.sol";
import {Guarded} from "../../main/solidity/Guarded.sol";
import {Farm} from "./Farm.sol";
import {Trees} from "./Trees.sol";

contract PayoutDistributorTest is Farm {
    bytes32 private constant PAY_TO =
        keccak256("PayTo(address account,address payTo,uint256 nonce,uint256 deadline)");

    bytes32[] private nodes;

    function setUp() public override {
        super.setUp();
        give(address(distributor), 1_000_000);
    }

    /// @dev Publishes ann's and bob's sums.
    function publish(uint64 epoch, uint256 anns, uint256 bobs) private {
        nodes = treeOf(anns, bobs);
        vm.prank(operator);
        distributor.publish(epoch, nodes[0], uint128(anns + bobs));
    }

    function publishAndWait(uint64 epoch, uint256 anns, uint256 bobs) private {
        publish(epoch, anns, bobs);
        vm.warp(block.timestamp + WINDOW);
    }

    function treeOf(uint256 anns, uint256 bobs) private view returns (bytes32[] memory) {
        bytes32[] memory leaves = new bytes32[](2);
        leaves[0] = Trees.leaf(ann, anns);
        leaves[1] = Trees.leaf(bob, bobs);
        return Trees.build(leaves);
    }

    function proofOf(address account, uint256 cumulative) private view returns (bytes32[] memory) {
        return Trees.proof(nodes, Trees.leaf(account, cumulative));
    }

    function claim(address account, uint256 cumulative) private returns (uint256) {
        return distributor.claim(account, cumulative, proofOf(account, cumulative));
    }

    function test_claimsPayWhatWasEarnedSinceTheLast() public {
        publishAndWait(1, 100, 50);
        same(claim(ann, 100), 100, "first");
        publishAndWait(2, 130, 50);
        same(claim(ann, 130), 30, "second");
        same(claim(bob, 50), 50, "carried over");
        same(token.balanceOf(ann), 130, "ann");
        same(distributor.totalClaimed(), 180, "total");
        same(distributor.claimed(ann), 130, "claimed");
    }

    function test_nothingIsClaimedTwice() public {
        publishAndWait(1, 100, 50);
        claim(ann, 100);
        bytes32[] memory proof = proofOf(ann, 100);
        vm.expectRevert(abi.encodeWithSelector(PayoutDistributor.NothingToClaim.selector, ann, 100));
        distributor.claim(ann, 100, proof);
    }

    function test_anotherProofIsRefused() public {
        publishAndWait(1, 100, 50);
        bytes32[] memory bobs = proofOf(bob, 50);
        vm.expectRevert(abi.encodeWithSelector(PayoutDistributor.WrongProof.selector, ann, 50));
        distributor.claim(ann, 50, bobs);
        bytes32[] memory anns = proofOf(ann, 100);
        vm.expectRevert(abi.encodeWithSelector(PayoutDistributor.WrongProof.selector, ann, 101));
        distributor.claim(ann, 101, anns);
    }

    function test_innerNodeIsNoLeaf() public {
        publishAndWait(1, 100, 50);
        vm.expectRevert();
        distributor.claim(address(uint160(uint256(nodes[1]))), uint256(nodes[2]), new bytes32[](0));
    }

    function test_rootWaitsForItsWindowWhileTheOldOneServes() public {
        publish(1, 100, 50);
        bytes32[] memory proof = proofOf(ann, 100);
        vm.expectRevert(PayoutDistributor.NothingPublished.selector);
        distributor.claim(ann, 100, proof);
        same(distributor.pending().epoch, 1, "pending");
        same(distributor.claimable().epoch, 0, "claimable");
        vm.warp(block.timestamp + WINDOW);
        same(distributor.pending().epoch, 0, "pending later");
        publish(2, 120, 60);
        same(distributor.claim(ann, 100, proof), 100, "under the old root");
        same(distributor.claimable().epoch, 1, "claimable still");
        bytes32[] memory next = proofOf(ann, 120);
        vm.expectRevert(abi.encodeWithSelector(PayoutDistributor.WrongProof.selector, ann, 120));
        distributor.claim(ann, 120, next);
    }

    function test_staleRootServesNoMore() public {
        publishAndWait(1, 100, 50);
        bytes32[] memory old = proofOf(ann, 100);
        publishAndWait(2, 120, 60);
        vm.expectRevert(abi.encodeWithSelector(PayoutDistributor.WrongProof.selector, ann, 100));
        distributor.claim(ann, 100, old);
    }

    function test_publishingIsOrderly() public {
        vm.startPrank(operator);
        vm.expectRevert(PayoutDistributor.EmptyRoot.selector);
        distributor.publish(1, 0, 1);
        distributor.publish(5, bytes32(uint256(1)), 100);
        vm.expectRevert(abi.encodeWithSelector(PayoutDistributor.WindowOpen.selector, block.timestamp + WINDOW));
        distributor.publish(6, bytes32(uint256(2)), 100);
        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(PayoutDistributor.StaleEpoch.selector, 5, 5));
        distributor.publish(5, bytes32(uint256(2)), 100);
        vm.expectRevert(abi.encodeWithSelector(PayoutDistributor.TotalFell.selector, 99, 100));
        distributor.publish(6, bytes32(uint256(2)), 99);
        vm.expectRevert(abi.encodeWithSelector(PayoutDistributor.Insolvent.selector, 1_000_001, 1_000_000));
        distributor.publish(6, bytes32(uint256(2)), 1_000_001);
        distributor.publish(6, bytes32(uint256(2)), 1_000_000);
    }

    function test_whatWasClaimedStillCoversTheTotal() public {
        publishAndWait(1, 999_000, 1_000);
        claim(ann, 999_000);
        publishAndWait(2, 999_000, 1_000);
        vm.expectRevert(abi.encodeWithSelector(PayoutDistributor.Insolvent.selector, 1_000_001, 1_000_000));
        vm.prank(operator);
        distributor.publish(3, nodes[0], 1_000_001);
    }

    function test_noMoreIsClaimedThanTheTotal() public {
        nodes = treeOf(100, 50);
        vm.prank(operator);
        distributor.publish(1, nodes[0], 120);
        vm.warp(block.timestamp + WINDOW);
        claim(ann, 100);
        bytes32[] memory proof = proofOf(bob, 50);
        vm.expectRevert(abi.encodeWithSelector(PayoutDistributor.ExceedsTotal.selector, 150, 120));
        distributor.claim(bob, 50, proof);
    }

    function test_guardianVoidsWithinTheWindowAlone() public {
        publishAndWait(1, 100, 50);
        bytes32[] memory old = proofOf(ann, 100);
        vm.prank(guardian);
        vm.expectRevert(PayoutDistributor.NoOpenWindow.selector);
        distributor.void();
        publish(2, 1_000, 50);
        vm.prank(guardian);
        distributor.void();
        same(distributor.pending().epoch, 0, "pending");
        same(distributor.claim(ann, 100, old), 100, "the old root serves");
        publishAndWait(2, 130, 50);
        same(claim(ann, 130), 30, "published again");
    }

    function test_firstRootCanBeVoidedToo() public {
        publish(1, 100, 50);
        vm.prank(guardian);
        distributor.void();
        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(PayoutDistributor.NothingPublished.selector);
        distributor.claim(ann, 100, new bytes32[](0));
    }

    function test_rolesAreKept() public {
        bytes32 publisher = distributor.PUBLISHER_ROLE();
        bytes32 guardianRole = distributor.GUARDIAN_ROLE();
        expectMissingRole(ann, publisher);
        vm.prank(ann);
        distributor.publish(1, bytes32(uint256(1)), 1);
        expectMissingRole(operator, guardianRole);
        vm.prank(operator);
        distributor.void();
        expectMissingRole(operator, guardianRole);
        vm.prank(operator);
        distributor.pause();
        expectMissingRole(guardian, bytes32(0));
        vm.prank(guardian);
        distributor.unpause();
        expectMissingRole(operator, bytes32(0));
        vm.prank(operator);
        distributor.grantRole(publisher, ann);
    }

    function test_pauseStopsUntilTheTimelockLiftsIt() public {
        publishAndWait(1, 100, 50);
        vm.prank(guardian);
        distributor.pause();
        bytes32[] memory proof = proofOf(ann, 100);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        distributor.claim(ann, 100, proof);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        distributor.claimMany(new PayoutDistributor.Claim[](0));
        vm.prank(operator);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        distributor.publish(2, bytes32(uint256(1)), 1);
        throughTimelock(address(distributor), abi.encodeCall(Guarded.unpause, ()));
        same(claim(ann, 100), 100, "after");
    }

    function test_relayedClaimsGoWhereTheAccountWants() public {
        publishAndWait(1, 100, 50);
        vm.prank(ann);
        distributor.setPayTo(treasury);
        isTrue(distributor.payToOf(ann) == treasury && distributor.payToOf(bob) == bob, "payTo");
        uint256 before = token.balanceOf(treasury);
        PayoutDistributor.Claim[] memory claims = new PayoutDistributor.Claim[](2);
        claims[0] = PayoutDistributor.Claim(ann, 100, proofOf(ann, 100));
        claims[1] = PayoutDistributor.Claim(bob, 50, proofOf(bob, 50));
        vm.prank(person("relayer"));
        distributor.claimMany(claims);
        same(token.balanceOf(treasury) - before, 100, "to ann's choice");
        same(token.balanceOf(bob), 50, "bob");
        vm.expectRevert(abi.encodeWithSelector(PayoutDistributor.NothingToClaim.selector, ann, 100));
        distributor.claimMany(claims);
    }

    function test_payToBySignatureWorksOnceAndInTime() public {
        uint256 deadline = block.timestamp + 1 days;
        bytes32 statement = keccak256(abi.encode(PAY_TO, ann, bob, uint256(0), deadline));
        bytes memory signature = signed("ann", separatorOf(distributor), statement);
        bytes memory bobs = signed("bob", separatorOf(distributor), statement);
        vm.expectRevert(abi.encodeWithSelector(PayoutDistributor.WrongSignature.selector, ann));
        distributor.setPayToBySignature(ann, bob, deadline, bobs);
        vm.expectRevert(abi.encodeWithSelector(PayoutDistributor.WrongSignature.selector, ann));
        distributor.setPayToBySignature(ann, treasury, deadline, signature);
        distributor.setPayToBySignature(ann, bob, deadline, signature);
        isTrue(distributor.payToOf(ann) == bob, "payTo");
        vm.expectRevert(abi.encodeWithSelector(PayoutDistributor.WrongSignature.selector, ann));
        distributor.setPayToBySignature(ann, bob, deadline, signature);
        vm.warp(deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(PayoutDistributor.SignatureExpired.selector, deadline));
        distributor.setPayToBySignature(ann, bob, deadline, signature);
    }

    function test_addressesMustBeThere() public {
        vm.expectRevert(Guarded.ZeroAddress.selector);
        new PayoutDistributor(IERC20(address(0)), address(timelock), guardian, operator, WINDOW);
        vm.expectRevert(Guarded.ZeroAddress.selector);
        new PayoutDistributor(token, address(0), guardian, operator, WINDOW);
        vm.expectRevert(Guarded.ZeroAddress.selector);
        new PayoutDistributor(token, address(timelock), address(0), operator, WINDOW);
        vm.expectRevert(Guarded.ZeroAddress.selector);
        new PayoutDistributor(token, address(timelock), guardian, address(0), WINDOW);
    }

    function testFuzz_eachGetsTheirSumsHoweverTheyAreClaimed(uint96[4] calldata steps, bool annClaimsEarly) public {
        uint256 anns = within(steps[0], 1, 1e13);
        uint256 bobs = within(steps[1], 1, 1e13);
        give(address(distributor), 1e14);
        publishAndWait(1, anns, bobs);
        if (annClaimsEarly) claim(ann, anns);
        anns += within(steps[2], 1, 1e13);
        bobs += within(steps[3], 1, 1e13);
        publishAndWait(9, anns, bobs);
        claim(bob, bobs);
        claim(ann, anns);
        same(token.balanceOf(ann), anns, "ann");
        same(token.balanceOf(bob), bobs, "bob");
    }

    function testFuzz_noForgedProofPays(address account, uint256 cumulative, bytes32[] calldata proof) public {
        publishAndWait(1, 100, 50);
        vm.assume(account != ann && account != bob);
        vm.expectRevert();
        distributor.claim(account, cumulative, proof);
        same(token.balanceOf(address(distributor)), 1_000_000, "nothing moved");
    }
}
