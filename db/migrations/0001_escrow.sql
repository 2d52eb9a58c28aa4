CREATE TYPE "public"."payment_attempt_purpose" AS ENUM('accept', 'schedule', 'renewal', 'replacement');--> statement-breakpoint
CREATE TYPE "public"."payment_attempt_state" AS ENUM('open', 'authorized', 'saved', 'failed', 'closed');--> statement-breakpoint
CREATE TYPE "public"."payment_step_state" AS ENUM('ready', 'running', 'done', 'failed', 'unknown', 'blocked', 'parked');--> statement-breakpoint
CREATE TYPE "public"."payment_status" AS ENUM('pending', 'processing', 'authorized', 'succeeded', 'failed', 'cancelled', 'refunded');--> statement-breakpoint
CREATE TABLE "ledger_entries" (
	"transaction_id" uuid NOT NULL,
	"position" smallint NOT NULL,
	"account" text NOT NULL,
	"party_id" uuid,
	"amount" bigint NOT NULL,
	"currency" char(3) NOT NULL,
	CONSTRAINT "ledger_entries_pkey" PRIMARY KEY("transaction_id","position")
);
--> statement-breakpoint
CREATE TABLE "ledger_transactions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"cause" text NOT NULL,
	"kind" text NOT NULL,
	"payment_id" uuid,
	"currency" char(3) NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "ledger_transactions_cause" UNIQUE("cause")
);
--> statement-breakpoint
CREATE TABLE "payee_receivables" (
	"payee_id" uuid NOT NULL,
	"currency" char(3) NOT NULL,
	"amount" bigint NOT NULL,
	CONSTRAINT "payee_receivables_pkey" PRIMARY KEY("payee_id","currency"),
	CONSTRAINT "payee_receivables_not_negative" CHECK ("payee_receivables"."amount" >= 0)
);
--> statement-breakpoint
CREATE TABLE "payment_attempts" (
	"id" text PRIMARY KEY NOT NULL,
	"payment_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"purpose" "payment_attempt_purpose" NOT NULL,
	"method" text NOT NULL,
	"application_id" uuid,
	"amount" bigint NOT NULL,
	"currency" char(3) NOT NULL,
	"payment_method_id" text NOT NULL,
	"state" "payment_attempt_state" NOT NULL,
	"intent_id" text,
	"awaits_payer" boolean NOT NULL,
	"failure" jsonb,
	"open_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "payment_attempts_position" UNIQUE("payment_id","position")
);
--> statement-breakpoint
CREATE TABLE "payment_customers" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	CONSTRAINT "payment_customers_customer" UNIQUE("customer_id")
);
--> statement-breakpoint
CREATE TABLE "payment_splits" (
	"payment_id" uuid PRIMARY KEY NOT NULL,
	"payee_id" uuid NOT NULL,
	"currency" char(3) NOT NULL,
	"gross" bigint NOT NULL,
	"platform_fee" bigint NOT NULL,
	"processing_fee" bigint NOT NULL,
	"net" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "payment_splits_add_up" CHECK ("payment_splits"."gross" = "payment_splits"."platform_fee" + "payment_splits"."processing_fee" + "payment_splits"."net"),
	CONSTRAINT "payment_splits_not_negative" CHECK (least("payment_splits"."gross", "payment_splits"."platform_fee", "payment_splits"."processing_fee", "payment_splits"."net") >= 0)
);
--> statement-breakpoint
CREATE TABLE "payment_steps" (
	"id" text PRIMARY KEY NOT NULL,
	"payment_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"params" jsonb NOT NULL,
	"payee_id" uuid,
	"state" "payment_step_state" NOT NULL,
	"generation" integer NOT NULL,
	"tries" integer NOT NULL,
	"due_at" timestamp (3) with time zone,
	"first_called_at" timestamp (3) with time zone,
	"last_called_at" timestamp (3) with time zone,
	"answered" boolean NOT NULL,
	"result" text,
	"error" jsonb,
	"version" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "payment_steps_position" UNIQUE("payment_id","position"),
	CONSTRAINT "payment_steps_version" CHECK ("payment_steps"."version" >= 0)
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"payer_id" uuid NOT NULL,
	"payee_id" uuid,
	"currency" char(3) NOT NULL,
	"amount" bigint NOT NULL,
	"status" "payment_status" NOT NULL,
	"amount_authorized" bigint NOT NULL,
	"amount_captured" bigint NOT NULL,
	"amount_refunded" bigint NOT NULL,
	"amount_lost" bigint NOT NULL,
	"amount_held" bigint NOT NULL,
	"amount_released" bigint NOT NULL,
	"amount_transferred" bigint NOT NULL,
	"amount_reversed" bigint NOT NULL,
	"amount_owed" bigint NOT NULL,
	"amount_recoverable" bigint NOT NULL,
	"customer_id" text NOT NULL,
	"payment_method_id" text NOT NULL,
	"payment_intent_id" text,
	"charge_id" text,
	"capture_before" timestamp (3) with time zone,
	"card_due_at" timestamp (3) with time zone,
	"goal_capture" bigint,
	"goal_payee" bigint,
	"refunds" jsonb NOT NULL,
	"chargebacks" jsonb NOT NULL,
	"fee_posted" boolean NOT NULL,
	"processed_at" timestamp (3) with time zone,
	"settled_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "payments_subject" UNIQUE("subject_type","subject_id"),
	CONSTRAINT "payments_not_negative" CHECK (least("payments"."amount_authorized", "payments"."amount_captured", "payments"."amount_refunded", "payments"."amount_lost",
        "payments"."amount_held", "payments"."amount_released", "payments"."amount_transferred", "payments"."amount_reversed",
        "payments"."amount_owed", "payments"."amount_recoverable", "payments"."goal_capture", "payments"."goal_payee") >= 0),
	CONSTRAINT "payments_amount_positive" CHECK ("payments"."amount" > 0),
	CONSTRAINT "payments_captured_within_amount" CHECK ("payments"."amount_captured" <= "payments"."amount"),
	CONSTRAINT "payments_escrow_within_captured" CHECK ("payments"."amount_held" + "payments"."amount_released" <= "payments"."amount_captured"),
	CONSTRAINT "payments_reversed_within_transferred" CHECK ("payments"."amount_reversed" <= "payments"."amount_transferred")
);
--> statement-breakpoint
CREATE TABLE "payout_accounts" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"details_submitted" boolean NOT NULL,
	"transfers_enabled" boolean NOT NULL,
	"payouts_enabled" boolean NOT NULL,
	"requirements_due" text[] NOT NULL,
	"disabled_reason" text,
	"observed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "payout_accounts_account" UNIQUE("account_id")
);
--> statement-breakpoint
CREATE TABLE "stripe_events" (
	"id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"account" text,
	"object_id" text,
	"payload" jsonb NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"applied_at" timestamp (3) with time zone,
	"attempts" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "live_stream_orders" ADD COLUMN "accepting_application_id" uuid;--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_transaction_id_ledger_transactions_id_fk" FOREIGN KEY ("transaction_id") REFERENCES "public"."ledger_transactions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_transactions" ADD CONSTRAINT "ledger_transactions_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payee_receivables" ADD CONSTRAINT "payee_receivables_payee_id_users_id_fk" FOREIGN KEY ("payee_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_attempts" ADD CONSTRAINT "payment_attempts_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_customers" ADD CONSTRAINT "payment_customers_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_splits" ADD CONSTRAINT "payment_splits_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_splits" ADD CONSTRAINT "payment_splits_payee_id_users_id_fk" FOREIGN KEY ("payee_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_steps" ADD CONSTRAINT "payment_steps_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_payer_id_users_id_fk" FOREIGN KEY ("payer_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_payee_id_users_id_fk" FOREIGN KEY ("payee_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payout_accounts" ADD CONSTRAINT "payout_accounts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "ledger_entries_party" ON "ledger_entries" USING btree ("party_id","account","currency");--> statement-breakpoint
CREATE INDEX "ledger_transactions_payment" ON "ledger_transactions" USING btree ("payment_id");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_attempts_open" ON "payment_attempts" USING btree ("payment_id") WHERE "payment_attempts"."state" = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX "payment_attempts_intent" ON "payment_attempts" USING btree ("intent_id") WHERE "payment_attempts"."intent_id" is not null;--> statement-breakpoint
CREATE INDEX "payment_splits_payee" ON "payment_splits" USING btree ("payee_id","payment_id");--> statement-breakpoint
CREATE INDEX "payment_steps_due" ON "payment_steps" USING btree ("due_at") WHERE "payment_steps"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "payment_steps_blocked" ON "payment_steps" USING btree ("payee_id") WHERE "payment_steps"."state" = 'blocked';--> statement-breakpoint
CREATE INDEX "payment_steps_state" ON "payment_steps" USING btree ("state","payment_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "payments_intent" ON "payments" USING btree ("payment_intent_id") WHERE "payments"."payment_intent_id" is not null;--> statement-breakpoint
CREATE INDEX "payments_captured" ON "payments" USING btree ("processed_at","subject_id") WHERE "payments"."processed_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "payments_charge" ON "payments" USING btree ("charge_id") WHERE "payments"."charge_id" is not null;--> statement-breakpoint
CREATE INDEX "payments_payer" ON "payments" USING btree ("payer_id","id");--> statement-breakpoint
CREATE INDEX "payments_awaiting" ON "payments" USING btree ("subject_id") WHERE "payments"."status" in ('processing', 'authorized');--> statement-breakpoint
CREATE INDEX "payments_charged_back" ON "payments" USING btree ("subject_id") WHERE ("payments"."chargebacks" @> '[{"state": "open"}]' or "payments"."chargebacks" @> '[{"state": "inquiry"}]');--> statement-breakpoint
CREATE INDEX "stripe_events_received" ON "stripe_events" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "stripe_events_unapplied" ON "stripe_events" USING btree ("received_at") WHERE "stripe_events"."applied_at" is null;--> statement-breakpoint
CREATE INDEX "orders_disputed" ON "live_stream_orders" USING btree ("id") WHERE "live_stream_orders"."status" = 'disputed';--> statement-breakpoint
CREATE FUNCTION "public"."ledger_must_balance"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	written uuid;
	entries bigint;
	unbalanced text;
BEGIN
	IF TG_TABLE_NAME = 'ledger_transactions' THEN
		written := NEW.id;
	ELSE
		written := NEW.transaction_id;
	END IF;
	SELECT sum(of_currency.entries), string_agg(of_currency.currency || ' ' || of_currency.total, ', ') FILTER (WHERE of_currency.total <> 0)
		INTO entries, unbalanced
		FROM (
			SELECT entry.currency, count(*) AS entries, sum(entry.amount) AS total
			FROM "public"."ledger_entries" entry
			WHERE entry.transaction_id = written
			GROUP BY entry.currency
		) of_currency;
	IF coalesce(entries, 0) < 2 OR unbalanced IS NOT NULL THEN
		RAISE EXCEPTION 'ledger transaction % does not balance: % entries, %', written, coalesce(entries, 0), coalesce(unbalanced, 'zero in sum')
			USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balanced', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
	END IF;
	RETURN NULL;
END
$$;--> statement-breakpoint
CREATE CONSTRAINT TRIGGER "ledger_balanced" AFTER INSERT ON "ledger_transactions" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "public"."ledger_must_balance"();--> statement-breakpoint
CREATE CONSTRAINT TRIGGER "ledger_balanced" AFTER INSERT ON "ledger_entries" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "public"."ledger_must_balance"();--> statement-breakpoint
CREATE FUNCTION "public"."ledger_is_append_only"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
		USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ledger_append_only', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
			HINT = 'A posting is corrected by another one.';
END
$$;--> statement-breakpoint
CREATE TRIGGER "ledger_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "ledger_transactions" FOR EACH STATEMENT EXECUTE FUNCTION "public"."ledger_is_append_only"();--> statement-breakpoint
CREATE TRIGGER "ledger_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "ledger_entries" FOR EACH STATEMENT EXECUTE FUNCTION "public"."ledger_is_append_only"();
