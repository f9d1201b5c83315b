package farm.tilth.api.verify;

import farm.tilth.api.lease.HeldTask;

/** An audit whose recomputed block has come: the task that it judges, at the fence of the challenge. */
record OpenAudit(HeldTask audited, ReportedTask claim, int block) {}
