// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TilthToken} from "../../main/solidity/TilthToken.sol";
import {Farm} from "./Farm.sol";

contract TilthTokenTest is Farm {
    address private minter = person("minter");

    function setUp() public override {
        super.setUp();
        throughTimelock(address(token), abi.encodeCall(token.grantRole, (token.MINTER_ROLE(), minter)));
    }

    function test_smallestUnitIsTheLedgers() public view {
        same(token.decimals(), 6, "decimals");
        same(token.balanceOf(treasury), SUPPLY, "supply");
    }

    function test_onlyTheMinterMints() public {
        bytes32 role = token.MINTER_ROLE();
        expectMissingRole(operator, role);
        vm.prank(operator);
        token.mint(operator, 1);
        vm.prank(minter);
        token.mint(ann, 5);
        same(token.balanceOf(ann), 5, "ann");
    }

    function test_noMoreIsMintedThanTheMaximum() public {
        vm.startPrank(minter);
        token.mint(ann, SUPPLY);
        vm.expectRevert(
            abi.encodeWithSelector(TilthToken.MintExceedsMaximum.selector, 2 * SUPPLY, 1, 2 * SUPPLY)
        );
        token.mint(ann, 1);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(TilthToken.MintExceedsMaximum.selector, 0, 2, 1));
        new TilthToken(address(timelock), ann, 2, 1);
    }

    function test_aBurnMakesNoRoomForAMint() public {
        vm.prank(minter);
        token.mint(ann, SUPPLY);
        vm.prank(ann);
        token.burn(SUPPLY);
        same(token.totalSupply(), SUPPLY, "supply");
        vm.prank(minter);
        vm.expectRevert(
            abi.encodeWithSelector(TilthToken.MintExceedsMaximum.selector, 2 * SUPPLY, 1, 2 * SUPPLY)
        );
        token.mint(ann, 1);
    }

    function test_permitAllowsOnce() public {
        give(ann, 100);
        bytes32 statement = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                ann,
                bob,
                uint256(100),
                token.nonces(ann),
                block.timestamp
            )
        );
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(keyOf("ann"), keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), statement)));
        token.permit(ann, bob, 100, block.timestamp, v, r, s);
        vm.prank(bob);
        token.transferFrom(ann, bob, 100);
        same(token.balanceOf(bob), 100, "bob");
        vm.expectRevert();
        token.permit(ann, bob, 100, block.timestamp, v, r, s);
    }

    function testFuzz_mintedNeverFallsAndNeverPassesTheMaximum(uint96[6] calldata mints, uint96[6] calldata burns)
        public
    {
        for (uint256 i = 0; i < 6; i++) {
            uint256 before = token.minted();
            vm.prank(minter);
            try token.mint(ann, within(mints[i], 0, SUPPLY)) {} catch {}
            isTrue(token.minted() >= before && token.minted() <= token.maxMinted(), "minted");
            vm.startPrank(ann);
            token.burn(within(burns[i], 0, token.balanceOf(ann)));
            vm.stopPrank();
            isTrue(token.totalSupply() <= token.minted(), "supply");
        }
    }
}
