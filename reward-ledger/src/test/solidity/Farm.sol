// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Cheats} from "./Cheats.sol";
import {BurnMint} from "../../main/solidity/BurnMint.sol";
import {DepositEscrow} from "../../main/solidity/DepositEscrow.sol";
import {PayoutDistributor} from "../../main/solidity/PayoutDistributor.sol";
import {TilthToken} from "../../main/solidity/TilthToken.sol";
import {Timelock} from "../../main/solidity/Timelock.sol";
import {WorkerStake} from "../../main/solidity/WorkerStake.sol";

/// @dev All contracts as the farm deploys them, and the people around them.
abstract contract Farm is Cheats {
    uint64 internal constant WINDOW = 1 hours;
    uint64 internal constant EXIT_DELAY = 7 days;
    uint64 internal constant UNBONDING = 14 days;
    uint256 internal constant TIMELOCK_DELAY = 2 days;
    uint256 internal constant SUPPLY = 1e15;

    Timelock internal timelock;
    TilthToken internal token;
    PayoutDistributor internal distributor;
    DepositEscrow internal escrow;
    WorkerStake internal stakes;
    BurnMint internal burnMint;

    address internal operator = person("operator");
    address internal guardian = person("guardian");
    address internal treasury = person("treasury");
    address internal ann = person("ann");
    address internal bob = person("bob");

    function setUp() public virtual {
        vm.warp(1_700_000_000);
        address[] memory operators = new address[](1);
        operators[0] = operator;
        timelock = new Timelock(TIMELOCK_DELAY, operators, operators);
        token = new TilthToken(address(timelock), treasury, SUPPLY, uint96(2 * SUPPLY));
        distributor = new PayoutDistributor(token, address(timelock), guardian, operator, WINDOW);
        escrow = new DepositEscrow(
            token, address(timelock), guardian, operator, address(distributor), treasury, EXIT_DELAY
        );
        stakes = new WorkerStake(token, address(timelock), guardian, operator, treasury, UNBONDING, 5_000);
        burnMint = new BurnMint(
            token, address(timelock), guardian, operator, address(distributor), [uint64(1 days), 10, 2 days], 1e12, 5e5
        );
    }

    function give(address to, uint256 amount) internal {
        vm.prank(treasury);
        token.transfer(to, amount);
    }

    /// @dev Whoever calls next lacks the role.
    function expectMissingRole(address caller, bytes32 role) internal {
        vm.expectRevert(abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, caller, role));
    }

    /// @dev Has the timelock make a call, as the operator would.
    function throughTimelock(address target, bytes memory data) internal {
        vm.startPrank(operator);
        timelock.schedule(target, 0, data, 0, 0, TIMELOCK_DELAY);
        vm.stopPrank();
        vm.warp(block.timestamp + TIMELOCK_DELAY);
        vm.prank(operator);
        timelock.execute(target, 0, data, 0, 0);
    }

    function separatorOf(EIP712 verifier) internal view returns (bytes32) {
        (, string memory name, string memory version, uint256 chainId, address self,,) = verifier.eip712Domain();
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256(bytes(version)),
                chainId,
                self
            )
        );
    }
}
