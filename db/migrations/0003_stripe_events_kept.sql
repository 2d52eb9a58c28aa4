CREATE INDEX "payments_captured" ON "payments" USING btree ("processed_at","subject_id") WHERE "payments"."processed_at" is not null;--> statement-breakpoint
ALTER TABLE "stripe_events" DROP COLUMN "api_version";--> statement-breakpoint
ALTER TABLE "stripe_events" DROP COLUMN "livemode";--> statement-breakpoint
ALTER TABLE "stripe_events" DROP COLUMN "created_at";