CREATE TYPE "public"."invited_role" AS ENUM('moderator', 'viewer');--> statement-breakpoint
CREATE TYPE "public"."media_backend" AS ENUM('none', 'sfu-origin');--> statement-breakpoint
CREATE TYPE "public"."show_status" AS ENUM('scheduled', 'live', 'ended');--> statement-breakpoint
CREATE TYPE "public"."show_visibility" AS ENUM('private', 'public');--> statement-breakpoint
CREATE TABLE "live_show_events" (
	"show_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"name" text NOT NULL,
	"data" jsonb NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "live_show_events_pkey" PRIMARY KEY("show_id","seq")
);
--> statement-breakpoint
CREATE TABLE "live_show_invitations" (
	"show_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" "invited_role" NOT NULL,
	"invited_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "live_show_invitations_pkey" PRIMARY KEY("show_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "live_shows" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid,
	"host_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"title" text NOT NULL,
	"visibility" "show_visibility" NOT NULL,
	"status" "show_status" NOT NULL,
	"media_backend" "media_backend" NOT NULL,
	"blurred_point" geography(Point, 4326),
	"location_cell" text,
	"locality" text,
	"scheduled_for" timestamp (3) with time zone,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"viewers" integer NOT NULL,
	"peak_viewers" integer NOT NULL,
	"interruptions" integer NOT NULL,
	"interrupted_ms" bigint NOT NULL,
	"version" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "live_shows_order" UNIQUE("order_id")
);
--> statement-breakpoint
ALTER TABLE "live_show_invitations" ADD CONSTRAINT "live_show_invitations_show_id_live_shows_id_fk" FOREIGN KEY ("show_id") REFERENCES "public"."live_shows"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "live_show_invitations" ADD CONSTRAINT "live_show_invitations_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "live_show_invitations" ADD CONSTRAINT "live_show_invitations_invited_by_users_id_fk" FOREIGN KEY ("invited_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "live_shows" ADD CONSTRAINT "live_shows_order_id_live_stream_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."live_stream_orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "live_shows" ADD CONSTRAINT "live_shows_host_id_users_id_fk" FOREIGN KEY ("host_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "live_shows" ADD CONSTRAINT "live_shows_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "live_show_invitations_user" ON "live_show_invitations" USING btree ("user_id","show_id");--> statement-breakpoint
CREATE INDEX "live_shows_public" ON "live_shows" USING btree ("id") WHERE "live_shows"."visibility" = 'public';--> statement-breakpoint
CREATE INDEX "live_shows_public_status" ON "live_shows" USING btree ("status","id") WHERE "live_shows"."visibility" = 'public';--> statement-breakpoint
CREATE INDEX "live_shows_nearby" ON "live_shows" USING gist ("blurred_point") WHERE "live_shows"."visibility" = 'public' and "live_shows"."status" <> 'ended';--> statement-breakpoint
CREATE INDEX "live_shows_host" ON "live_shows" USING btree ("host_id","id");--> statement-breakpoint
CREATE INDEX "live_shows_owner" ON "live_shows" USING btree ("owner_id","id");