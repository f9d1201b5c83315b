/** The process itself: its start and stop, its own PostgreSQL, its settings, its errors as HTTP says them, the page. */
package farm.tilth.api.server;
