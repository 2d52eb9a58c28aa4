CREATE EXTENSION IF NOT EXISTS postgis;--> statement-breakpoint
CREATE TYPE "public"."order_status" AS ENUM('pending', 'accepted', 'active', 'completed', 'cancelled', 'disputed');--> statement-breakpoint
CREATE TYPE "public"."application_status" AS ENUM('pending', 'accepted', 'rejected', 'withdrawn');--> statement-breakpoint
CREATE TYPE "public"."user_plan" AS ENUM('free', 'premium');--> statement-breakpoint
CREATE TYPE "public"."user_role" AS ENUM('creator', 'provider', 'both', 'admin');--> statement-breakpoint
CREATE TYPE "public"."verification" AS ENUM('pending', 'verified', 'rejected');--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" uuid PRIMARY KEY NOT NULL,
	"actor_id" uuid,
	"action" text NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"details" jsonb NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "geofences" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"name" text NOT NULL,
	"center" geography(Point, 4326),
	"radius" double precision,
	"polygon" jsonb,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"user_id" uuid NOT NULL,
	"method" text NOT NULL,
	"path" text NOT NULL,
	"key" text NOT NULL,
	"body_hash" text NOT NULL,
	"locked_until" timestamp (3) with time zone NOT NULL,
	"status" integer,
	"answer" jsonb,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY("user_id","method","path","key")
);
--> statement-breakpoint
CREATE TABLE "live_stream_orders" (
	"id" uuid PRIMARY KEY NOT NULL,
	"creator_id" uuid NOT NULL,
	"provider_id" uuid,
	"title" text NOT NULL,
	"description" text,
	"location_point" geography(Point, 4326) NOT NULL,
	"location_cell" text NOT NULL,
	"blurred_point" geography(Point, 4326) NOT NULL,
	"location_address" text,
	"location_locality" text,
	"service_radius" integer NOT NULL,
	"base_amount" bigint NOT NULL,
	"agreed_amount" bigint,
	"currency" char(3) NOT NULL,
	"status" "order_status" NOT NULL,
	"version" integer NOT NULL,
	"scheduled_for" timestamp (3) with time zone,
	"accepted_at" timestamp (3) with time zone,
	"started_at" timestamp (3) with time zone,
	"completed_at" timestamp (3) with time zone,
	"cancelled_at" timestamp (3) with time zone,
	"released_at" timestamp (3) with time zone,
	"arrival_due_at" timestamp (3) with time zone,
	"deadline_at" timestamp (3) with time zone,
	"requirements" text[] NOT NULL,
	"tags" text[] NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "order_applications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"provider_id" uuid NOT NULL,
	"message" text,
	"proposed_amount" bigint,
	"estimated_arrival" timestamp (3) with time zone,
	"distance_meters" double precision,
	"status" "application_status" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "order_effects" (
	"order_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"position" smallint NOT NULL,
	"effect" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"done_at" timestamp (3) with time zone,
	CONSTRAINT "order_effects_pkey" PRIMARY KEY("order_id","seq","position")
);
--> statement-breakpoint
CREATE TABLE "order_events" (
	"order_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"command_id" uuid NOT NULL,
	"name" text NOT NULL,
	"data" jsonb NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "order_events_pkey" PRIMARY KEY("order_id","seq"),
	CONSTRAINT "order_events_command" UNIQUE("order_id","command_id")
);
--> statement-breakpoint
CREATE TABLE "order_tracks" (
	"order_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"latitude" double precision NOT NULL,
	"longitude" double precision NOT NULL,
	"heading" real,
	"speed" real,
	"accuracy" real,
	CONSTRAINT "order_tracks_pkey" PRIMARY KEY("order_id","at")
);
--> statement-breakpoint
CREATE TABLE "provider_locations" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"cell" text NOT NULL,
	"blurred_point" geography(Point, 4326) NOT NULL,
	"move" integer NOT NULL,
	"available_until" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"rater_id" uuid NOT NULL,
	"ratee_id" uuid NOT NULL,
	"rating" smallint NOT NULL,
	"comment" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "ratings_once" UNIQUE("order_id","rater_id"),
	CONSTRAINT "ratings_range" CHECK ("ratings"."rating" between 1 and 5)
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"refresh_hash" text NOT NULL,
	"sibling_hash" text,
	"previous_hash" text,
	"rotated_at" timestamp (3) with time zone NOT NULL,
	"user_agent" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"username" text NOT NULL,
	"email" text NOT NULL,
	"password_hash" text NOT NULL,
	"role" "user_role" NOT NULL,
	"plan" "user_plan" DEFAULT 'free' NOT NULL,
	"display_name" text,
	"bio" text,
	"avatar_url" text,
	"languages" text[] DEFAULT '{}'::text[] NOT NULL,
	"verification_status" "verification",
	"last_active_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "geofences" ADD CONSTRAINT "geofences_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "live_stream_orders" ADD CONSTRAINT "live_stream_orders_creator_id_users_id_fk" FOREIGN KEY ("creator_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "live_stream_orders" ADD CONSTRAINT "live_stream_orders_provider_id_users_id_fk" FOREIGN KEY ("provider_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_applications" ADD CONSTRAINT "order_applications_order_id_live_stream_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."live_stream_orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_applications" ADD CONSTRAINT "order_applications_provider_id_users_id_fk" FOREIGN KEY ("provider_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_locations" ADD CONSTRAINT "provider_locations_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_order_id_live_stream_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."live_stream_orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_rater_id_users_id_fk" FOREIGN KEY ("rater_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_ratee_id_users_id_fk" FOREIGN KEY ("ratee_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "geofences_user" ON "geofences" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_age" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "orders_creator" ON "live_stream_orders" USING btree ("creator_id","id");--> statement-breakpoint
CREATE INDEX "orders_provider" ON "live_stream_orders" USING btree ("provider_id","id") WHERE "live_stream_orders"."provider_id" is not null;--> statement-breakpoint
CREATE INDEX "orders_nearby" ON "live_stream_orders" USING gist ("blurred_point") WHERE "live_stream_orders"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "orders_deadline" ON "live_stream_orders" USING btree ("deadline_at") WHERE "live_stream_orders"."deadline_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "order_applications_open" ON "order_applications" USING btree ("order_id","provider_id") WHERE "order_applications"."status" = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX "order_applications_accepted" ON "order_applications" USING btree ("order_id") WHERE "order_applications"."status" = 'accepted';--> statement-breakpoint
CREATE INDEX "order_applications_order" ON "order_applications" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "order_applications_provider" ON "order_applications" USING btree ("provider_id","id");--> statement-breakpoint
CREATE INDEX "order_effects_owed" ON "order_effects" USING btree ("created_at") WHERE "order_effects"."done_at" is null;--> statement-breakpoint
CREATE INDEX "provider_locations_nearby" ON "provider_locations" USING gist ("blurred_point") WHERE "provider_locations"."available_until" is not null;--> statement-breakpoint
CREATE INDEX "ratings_ratee" ON "ratings" USING btree ("ratee_id","id");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "users_username_key" ON "users" USING btree (lower("username"));--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "users" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "users_verification_pending" ON "users" USING btree ("updated_at") WHERE "users"."verification_status" = 'pending';