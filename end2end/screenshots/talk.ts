/** A place to take pictures of: a small yard that builds a ferry's control system. */
export const PLACE = "Harbour Works";

/** Whoever looks at the pages comes first. */
export const PEOPLE = ["Ada Vance", "Mira Rahman", "Jonas Okafor", "Lin Sato", "Ines Duarte", "Theo Brandt"] as const;
export type Name = (typeof PEOPLE)[number];

export interface Room {
  name: string;
  topic: string;
  private?: boolean;
  members: Name[];
  /** Who says what, how many minutes before now. */
  talk: [minutes: number, who: Name, text: string][];
}

/** What they build it in: its people beside the reader, its files, and who adds each. */
export const PROJECT = {
  name: "Night crossing",
  description: "Everything that the ferry needs to dock in the dark by itself.\nFirst crossing on Thursday, high water at 14:20.",
  people: ["Mira Rahman", "Jonas Okafor", "Lin Sato", "Ines Duarte"] as Name[],
  further: { name: "Berth screens", people: ["Lin Sato"] as Name[] },
  folders: ["Screens", "Sea trials"],
  pictures: [
    { name: "berth-at-dawn.png", width: 1200, height: 800, sky: "#8e9bc4", sea: "#22405a", light: "#f7d9c0" },
    { name: "berth-at-night.png", width: 900, height: 900, sky: "#10162c", sea: "#0a0f1d", light: "#4f6d9a" },
  ] as Painting[],
  files: [
    ["Ines Duarte", "minutes-of-monday.txt", "Thrown away, as everyone has read them.\n"],
    ["Mira Rahman", "docking-runs.csv", "run,bump\n1,0\n".repeat(4_000)],
    ["Lin Sato", "berth-screen-at-night.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>".repeat(90)],
    ["Jonas Okafor", "fallback.rs", "pub async fn moor() {}\n"],
    ["Ada Vance", "Letter to the harbour office, second draft.pdf", `%PDF-1.7\n${"x".repeat(1_480_000)}`],
  ] as [who: Name, name: string, content: string][],
};
/** One that is done. */
export const OLD_PROJECT = { name: "Winter refit", description: "New thrusters, new paint." };

const CODE = `\`\`\`rust
pub async fn moor(ferry: &Ferry, berth: Berth) -> Result<Mooring> {
    ferry.thrusters.hold().await?;      // nothing moves from here on
    berth.lines.secure(ferry).await
}
\`\`\``;

export const ROOMS: Room[] = [
  {
    name: "launch",
    topic: "Everything for the first crossing · Thursday, high water at 14:20",
    members: ["Ada Vance", "Mira Rahman", "Jonas Okafor", "Lin Sato", "Ines Duarte"],
    talk: [
      [1_530, "Mira Rahman", "Morning everyone. The night run is through: **1,204 dockings, not one bump**. I’ll write it up today."],
      [1_528, "Mira Rahman", "I’d still like a second pair of eyes on the fallback before Thursday."],
      [1_512, "Jonas Okafor", `The fallback is one call, this is all of it:\n\n${CODE}`],
      [1_505, "Ada Vance", "Short enough to trust. What happens if a line parts halfway?"],
      [1_503, "Jonas Okafor", "`secure` lets go of the others and we drift out again. I tried it with three knots of current."],
      [96, "Lin Sato", "@ada could you look at the berth screen at two? I put up three versions:\n\n1. the plan from above\n2. the camera with distances\n3. both, when it’s dark"],
      [94, "Ada Vance", "Yes. The third one is lovely, and it’s the only one I could read with wet glasses."],
      [93, "Ada Vance", "I’ll bring the numbers from the harbour office too."],
      [41, "Ines Duarte", "> high water at 14:20\n\nThe pilot says we should be alongside ten minutes earlier. I moved the guests’ lunch."],
    ],
  },
  {
    name: "design",
    topic: "Screens, signs and the colour of the rails",
    members: ["Ada Vance", "Lin Sato", "Theo Brandt", "Ines Duarte"],
    talk: [
      [300, "Lin Sato", "New icons for the bridge are in. They work at arm’s length now."],
      [52, "Theo Brandt", "The green is too close to the starboard light, I’d go warmer."],
      [38, "Lin Sato", "Good point, trying amber."],
    ],
  },
  {
    name: "release-notes",
    topic: "What changed, in a sentence each",
    members: ["Ada Vance", "Mira Rahman", "Jonas Okafor", "Lin Sato", "Ines Duarte", "Theo Brandt"],
    talk: [[2_880, "Jonas Okafor", "**2.9** holds its course in cross winds of up to 30 knots."]],
  },
  {
    name: "hiring",
    topic: "Second engineer",
    private: true,
    members: ["Ada Vance", "Ines Duarte"],
    talk: [[130, "Ines Duarte", "She said yes! She starts on the first of the month."]],
  },
];

/** What was said to the reader alone. */
export const DIRECT: [minutes: number, who: Name, text: string][] = [
  [400, "Mira Rahman", "Are you bringing your bike on Thursday?"],
  [22, "Jonas Okafor", "Coffee after the stand-up?"],
];

export const PUBLIC_TALK: Room["talk"] = [
  [4_000, "Ines Duarte", "Welcome aboard, everyone! Rooms are for work, this one is for the rest of us."],
  [600, "Theo Brandt", "There’s cake in the boat house. 🎂"],
];

/** A picture to be painted. */
export interface Painting {
  name: string;
  width: number;
  height: number;
  sky: string;
  sea: string;
  light: string;
}

/** What was sent to #design beside words. */
export const ATTACHED: { ago: number; who: Name; text: string; files: (Painting | { name: string; content: string })[] }[] = [
  {
    ago: 30,
    who: "Lin Sato",
    text: "Both drafts of the welcome screen, by day and at dusk. The specification is the same for the two.",
    files: [
      { name: "welcome-day.png", width: 1440, height: 960, sky: "#7fb4d6", sea: "#1f5a78", light: "#f6ead2" },
      { name: "welcome-dusk.png", width: 1080, height: 960, sky: "#2b2a4c", sea: "#141a2e", light: "#f2a65a" },
      { name: "specification.pdf", content: "%PDF-1.7\n" },
      { name: "icons.zip", content: "PK\u0003\u0004" },
    ],
  },
  { ago: 12, who: "Theo Brandt", text: "Dusk, please. And here is the text for it.", files: [{ name: "words.txt", content: "Welcome aboard.\n" }] },
];
