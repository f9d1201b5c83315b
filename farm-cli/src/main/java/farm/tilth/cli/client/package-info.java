/** The farm's REST interface as a client sees it: retries, resumable uploads, jobs and their files. */
package farm.tilth.cli.client;
