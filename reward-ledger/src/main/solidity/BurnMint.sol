// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Guarded} from "./Guarded.sol";
import {TilthToken} from "./TilthToken.sol";

/// @title Burn for credit, mint for work
/// @notice In this mode customers burn tokens for credit in a reference currency, and workers are paid from an emission
/// that follows the calendar alone: no burn, however large, mints anything.
contract BurnMint is Guarded {
    /// @notice May tell the token's price.
    bytes32 public constant PRICER_ROLE = keccak256("PRICER_ROLE");

    /// @notice The most periods that one call mints for.
    uint256 public constant MAX_PERIODS = 100;

    /// @notice The token that is burned and minted; this contract needs its MINTER_ROLE.
    TilthToken public immutable token;
    /// @notice Receives the emission.
    address public immutable distributor;
    /// @notice When the first period began.
    uint64 public immutable startsAt;
    /// @notice The seconds of a period.
    uint64 public immutable period;
    /// @notice The periods after which the emission halves.
    uint64 public immutable halving;
    /// @notice The first period's emission.
    uint256 public immutable firstEmission;
    /// @notice The seconds for which a price is good.
    uint64 public immutable maxPriceAge;

    /// @notice A whole token's price, in millionths of the reference currency.
    uint192 public price;
    /// @notice When the price was told.
    uint64 public pricedAt;
    /// @notice The periods whose emission was minted.
    uint64 public periodsMinted;

    /// @notice Tokens were burned for credit.
    event CreditBought(address indexed payer, bytes32 indexed customer, uint256 burned, uint256 credit);
    /// @notice The emission of some periods was minted.
    event Emitted(uint64 periods, uint256 amount);
    /// @notice The token has another price.
    event PriceTold(uint256 price);

    /// @notice The price may at most double or halve, and is never 0.
    error PriceJumped(uint256 price, uint256 before);
    /// @notice The price is too old.
    error PriceTooOld(uint64 pricedAt);
    /// @notice The burn would buy less than the payer wants.
    error TooLittleCredit(uint256 credit, uint256 wanted);
    /// @notice No period is over.
    error NothingDue();
    /// @notice A period and a halving must be over 0.
    error WrongSchedule();

    /// @param schedule seconds of a period, periods to a halving, and seconds that a price is good for
    constructor(
        TilthToken burned,
        address timelock,
        address guardian,
        address pricer,
        address workers,
        uint64[3] memory schedule,
        uint256 emission,
        uint192 firstPrice
    ) Guarded(timelock, guardian) {
        if (schedule[0] == 0 || schedule[1] == 0) revert WrongSchedule();
        if (firstPrice == 0) revert PriceJumped(0, 0);
        token = TilthToken(_present(address(burned)));
        distributor = _present(workers);
        startsAt = uint64(block.timestamp);
        period = schedule[0];
        halving = schedule[1];
        maxPriceAge = schedule[2];
        firstEmission = emission;
        price = firstPrice;
        pricedAt = uint64(block.timestamp);
        _grantRole(PRICER_ROLE, _present(pricer));
    }

    /// @notice Tells the token's price.
    function tellPrice(uint192 newPrice) external onlyRole(PRICER_ROLE) {
        if (newPrice == 0 || newPrice > uint256(price) * 2 || uint256(newPrice) * 2 < price) {
            revert PriceJumped(newPrice, price);
        }
        price = newPrice;
        pricedAt = uint64(block.timestamp);
        emit PriceTold(newPrice);
    }

    /// @notice Burns the caller's approved tokens for credit.
    /// @param customer the account of the farm that is credited
    /// @param wanted the least credit, in millionths of the reference currency
    /// @return credit what was bought
    function buyCredit(bytes32 customer, uint256 amount, uint256 wanted)
        external
        whenNotPaused
        returns (uint256 credit)
    {
        if (block.timestamp > pricedAt + maxPriceAge) revert PriceTooOld(pricedAt);
        credit = amount * price / 1e6;
        if (credit == 0 || credit < wanted) revert TooLittleCredit(credit, wanted);
        emit CreditBought(msg.sender, customer, amount, credit);
        token.burnFrom(msg.sender, amount);
    }

    /// @notice Mints the emission of the periods that are over, for the workers. Anyone may call it.
    /// @return amount what was minted
    function emitDue() external whenNotPaused returns (uint256 amount) {
        uint64 due = uint64((block.timestamp - startsAt) / period) - periodsMinted;
        if (due == 0) revert NothingDue();
        if (due > MAX_PERIODS) due = uint64(MAX_PERIODS);
        for (uint64 i = 0; i < due; i++) {
            amount += emissionOf(periodsMinted + i);
        }
        periodsMinted += due;
        emit Emitted(due, amount);
        token.mint(distributor, amount);
    }

    /// @notice What a period emits.
    function emissionOf(uint64 number) public view returns (uint256) {
        return firstEmission >> (number / halving);
    }
}
