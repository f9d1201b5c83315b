/** The ledger on PostgreSQL. The database itself keeps what must hold; see the migrations beside it. */
package farm.tilth.ledger.postgres;
