// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BurnMint} from "../../main/solidity/BurnMint.sol";
import {DepositEscrow} from "../../main/solidity/DepositEscrow.sol";
import {PayoutDistributor} from "../../main/solidity/PayoutDistributor.sol";
import {Farm} from "./Farm.sol";
import {Trees} from "./Trees.sol";

/// @dev Does to all contracts whatever people could do, in any order, and remembers what must be true.
contract Everyone is Farm {
    uint256 internal constant PEOPLE = 4;
    bytes32 private constant CAP = keccak256("SpendingCap(address payer,uint256 cap,uint256 deadline)");

    uint256[PEOPLE] private earned;
    uint256[PEOPLE][2] private sums;
    bytes32[][2] private trees;
    uint64 private epoch;

    uint256 public paid;
    uint256 public funded;
    uint256 public slashed;
    uint256 public staked;
    uint256 public deposited;
    uint256 public left;
    uint256 public burned;
    uint256 public highestCap;
    bool public somethingWrong;

    constructor() {
        setUp();
        vm.startPrank(operator);
        timelock.schedule(
            address(token), 0, abi.encodeCall(token.grantRole, (token.MINTER_ROLE(), address(burnMint))), 0, 0, TIMELOCK_DELAY
        );
        vm.warp(block.timestamp + TIMELOCK_DELAY);
        timelock.execute(
            address(token), 0, abi.encodeCall(token.grantRole, (token.MINTER_ROLE(), address(burnMint))), 0, 0
        );
        vm.stopPrank();
        for (uint256 i = 0; i < PEOPLE; i++) {
            give(human(i), 1e9);
            vm.startPrank(human(i));
            token.approve(address(escrow), type(uint256).max);
            token.approve(address(stakes), type(uint256).max);
            token.approve(address(burnMint), type(uint256).max);
            vm.stopPrank();
        }
    }

    function human(uint256 i) public pure returns (address) {
        return vm.addr(100 + i % PEOPLE);
    }

    // ---- time ----

    function wait(uint32 time) external {
        vm.warp(block.timestamp + within(time, 1, 4 days));
    }

    // ---- payouts ----

    function fund(uint256 amount) external {
        amount = within(amount, 1, 1e7);
        give(address(distributor), amount);
        funded += amount;
    }

    function publish(uint256[PEOPLE] calldata raises) external {
        uint256[PEOPLE] memory next;
        bytes32[] memory leaves = new bytes32[](PEOPLE);
        uint256 total = 0;
        for (uint256 i = 0; i < PEOPLE; i++) {
            next[i] = earned[i] + within(raises[i], 1, 1e6);
            leaves[i] = Trees.leaf(human(i), next[i]);
            total += next[i];
        }
        bytes32[] memory nodes = Trees.build(leaves);
        bool pendingBefore = distributor.pending().root != 0;
        vm.prank(operator);
        try distributor.publish(epoch + 1, nodes[0], uint128(total)) {
            if (pendingBefore) somethingWrong = true;
            if (token.balanceOf(address(distributor)) + distributor.totalClaimed() < total) somethingWrong = true;
            epoch++;
            earned = next;
            sums[epoch % 2] = next;
            trees[epoch % 2] = nodes;
        } catch {}
    }

    function void() external {
        vm.prank(guardian);
        try distributor.void() {
            epoch--;
            earned = sums[epoch % 2];
        } catch {}
    }

    function claim(uint256 who, uint256 which, uint256 lie) external {
        uint256 slot = which % 2;
        if (trees[slot].length == 0) return;
        who = who % PEOPLE;
        uint256 sum = sums[slot][who];
        bytes32[] memory proof = Trees.proof(trees[slot], Trees.leaf(human(who), sum));
        uint256 before = token.balanceOf(human(who));
        bool lies = lie % 4 == 0;
        try distributor.claim(human(who), lies ? sum + 1 + lie % 1000 : sum, proof) returns (uint256 amount) {
            if (lies || token.balanceOf(human(who)) != before + amount) somethingWrong = true;
            paid += amount;
        } catch {}
    }

    // ---- deposits ----

    function deposit(uint256 who, uint256 amount) external {
        amount = within(amount, 0, 1e7);
        vm.prank(human(who));
        try escrow.deposit(0, amount) {
            deposited += amount;
        } catch {}
    }

    function charge(uint256 who, uint256 capped, uint256 total, uint256 fee) external {
        DepositEscrow.SpendingCap memory cap =
            DepositEscrow.SpendingCap(human(who), within(capped, 0, 1e7), block.timestamp + 1 days);
        bytes32 statement = keccak256(abi.encode(CAP, cap.payer, cap.cap, cap.deadline));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            100 + who % PEOPLE, keccak256(abi.encodePacked(hex"1901", separatorOf(escrow), statement))
        );
        total = within(total, 0, 2e7);
        uint256 treasuryBefore = token.balanceOf(treasury);
        uint256 distributorBefore = token.balanceOf(address(distributor));
        vm.prank(operator);
        try escrow.settle(cap, total, within(fee, 0, 1e5), abi.encodePacked(r, s, v)) {
            if (total > cap.cap) somethingWrong = true;
            if (cap.cap > highestCap) highestCap = cap.cap;
            funded += token.balanceOf(address(distributor)) - distributorBefore;
            left += token.balanceOf(treasury) - treasuryBefore + token.balanceOf(address(distributor)) - distributorBefore;
        } catch {}
    }

    function leave(uint256 who, uint8 step) external {
        vm.startPrank(human(who));
        uint256 before = token.balanceOf(human(who));
        (, , uint64 exitAt) = escrow.deposits(human(who));
        if (step % 3 == 0) try escrow.requestExit() {} catch {}
        if (step % 3 == 1) try escrow.cancelExit() {} catch {}
        if (step % 3 == 2) {
            try escrow.withdraw(human(who)) {
                if (exitAt == 0 || block.timestamp < exitAt) somethingWrong = true;
                left += token.balanceOf(human(who)) - before;
            } catch {
                if (exitAt != 0 && block.timestamp >= exitAt) somethingWrong = true;
            }
        }
        vm.stopPrank();
    }

    // ---- stakes ----

    function stake(uint256 who, uint256 amount) external {
        amount = within(amount, 0, 1e7);
        vm.prank(human(who));
        try stakes.stake(amount) {
            staked += amount;
        } catch {}
    }

    function unbond(uint256 who, uint256 amount) external {
        (uint128 bonded,,) = stakes.stakes(human(who));
        vm.prank(human(who));
        try stakes.beginUnbonding(within(amount, 0, uint256(bonded) + 1)) {} catch {}
    }

    function unstake(uint256 who) external {
        uint256 before = token.balanceOf(human(who));
        (,, uint64 releaseAt) = stakes.stakes(human(who));
        vm.prank(human(who));
        try stakes.withdraw(human(who)) {
            if (block.timestamp < releaseAt) somethingWrong = true;
            staked -= token.balanceOf(human(who)) - before;
        } catch {}
    }

    function slash(uint256 who, uint256 amount, uint8 caseId) external {
        bool used = stakes.cases(bytes32(uint256(caseId))) != 0;
        uint256 maximum = stakes.maxSlash(human(who));
        amount = within(amount, 0, maximum + 1);
        vm.prank(operator);
        try stakes.slash(human(who), amount, bytes32(uint256(caseId)), "evidence") {
            if (used || amount > maximum) somethingWrong = true;
            slashed += amount;
        } catch {}
    }

    // ---- burn and mint ----

    function burn(uint256 who, uint256 amount) external {
        amount = within(amount, 0, 1e6);
        vm.prank(human(who));
        try burnMint.buyCredit(0, amount, 0) {
            burned += amount;
        } catch {}
    }

    function tellPrice(uint192 price) external {
        vm.prank(operator);
        try burnMint.tellPrice(price % 2e6) {} catch {}
    }

    function emitDue() external {
        try burnMint.emitDue() returns (uint256 amount) {
            funded += amount;
        } catch {}
    }

    // ---- what must be true ----

    function checkPayouts() external view {
        isTrue(!somethingWrong, "something was let through");
        same(token.balanceOf(address(distributor)) + paid, funded, "what came in is there or was claimed");
        same(distributor.totalClaimed(), paid, "claims are counted");
        isTrue(distributor.totalClaimed() <= distributor.claimable().total, "claimed within the total");
        PayoutDistributor.PayoutRoot memory last = distributor.pending();
        if (last.root == 0) last = distributor.claimable();
        isTrue(
            token.balanceOf(address(distributor)) >= last.total - distributor.totalClaimed(), "solvent for every root"
        );
        uint256 sum = 0;
        for (uint256 i = 0; i < PEOPLE; i++) {
            sum += distributor.claimed(human(i));
        }
        same(sum, paid, "claims by account");
    }

    function checkEscrow() external view {
        uint256 sum = 0;
        for (uint256 i = 0; i < PEOPLE; i++) {
            (uint128 balance, uint128 charged,) = escrow.deposits(human(i));
            sum += balance;
            isTrue(charged <= highestCap, "charged within a cap that was signed");
        }
        same(token.balanceOf(address(escrow)), sum, "every deposit is covered");
        same(sum + left, deposited, "what came in is there, was charged or has left");
    }

    function checkStakes() external view {
        uint256 sum = 0;
        for (uint256 i = 0; i < PEOPLE; i++) {
            (uint128 bonded, uint128 unbonding,) = stakes.stakes(human(i));
            sum += uint256(bonded) + unbonding;
        }
        same(token.balanceOf(address(stakes)), sum, "every stake is covered");
        same(sum + slashed, staked, "what was staked is there or was slashed");
    }

    function checkToken() external view {
        uint256 emission = 0;
        for (uint64 i = 0; i < burnMint.periodsMinted(); i++) {
            emission += burnMint.emissionOf(i);
        }
        same(token.minted(), SUPPLY + emission, "nothing but the emission is minted");
        same(token.totalSupply() + burned, token.minted(), "what was minted is there or was burned");
        isTrue(token.minted() <= token.maxMinted(), "within the maximum");
        isTrue(
            burnMint.periodsMinted() * burnMint.period() <= block.timestamp - burnMint.startsAt(), "never ahead of time"
        );
    }
}

contract InvariantsTest {
    Everyone private everyone;

    function setUp() public {
        everyone = new Everyone();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(everyone);
    }

    function excludeSelectors() public view returns (FuzzSelector[] memory excluded) {
        excluded = new FuzzSelector[](1);
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = everyone.setUp.selector;
        excluded[0] = FuzzSelector(address(everyone), selectors);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function invariant_distributorPaysWhatIsOwedAndCanPayIt() public view {
        everyone.checkPayouts();
    }

    function invariant_escrowCoversEveryDeposit() public view {
        everyone.checkEscrow();
    }

    function invariant_stakeCoversEveryOwner() public view {
        everyone.checkStakes();
    }

    function invariant_tokenIsMintedByTheCalendarAlone() public view {
        everyone.checkToken();
    }
}
