/** Who is calling, and what they may do: accounts, API keys, roles, rate limits. */
package farm.tilth.api.access;
