/// What is the same in every HTML plan. The script puts text into the page as text alone, and the policy forbids all that
/// would load something: what EC2 or a file name says stays what it is.
enum PlanPage {
    /// The head with its style, up to the title.
    static let start = #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
        <title>ferry plan</title>
        <style>
        :root { color-scheme: light dark; --line: #8884; --bad: #b3261e; --warn: #9a6700; --good: #1a7f37; --info: #0969da }
        @media (prefers-color-scheme: dark) { :root { --bad: #ff7b72; --warn: #e3b341; --good: #56d364; --info: #79c0ff } }
        body { font: 14px/1.45 system-ui, sans-serif; margin: 1.5rem; max-width: 100rem }
        h1 { font-size: 1.4rem } h2 { font-size: 1.1rem }
        form { display: flex; gap: .75rem; flex-wrap: wrap; align-items: center; margin: 1rem 0 }
        input[type=search] { min-width: 18rem; font: inherit; padding: .25rem .5rem }
        table { border-collapse: collapse; width: 100% }
        th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top }
        th button { all: unset; cursor: pointer; font-weight: 600 } th button:focus-visible { outline: 2px solid var(--info) }
        th[aria-sort=ascending] button::after { content: " ▲" } th[aria-sort=descending] button::after { content: " ▼" }
        td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
        td.a { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
        .replace, .retry { color: var(--warn) } .forget, .drift { color: var(--bad) } .create, .adopt { color: var(--good) }
        .resume, .wait { color: var(--info) }
        #timeline .t { display: grid; grid-template-columns: minmax(10rem, 22rem) 1fr; gap: .6rem; padding: .1rem 0 }
        #timeline .t > :first-child { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-family: ui-monospace, monospace }
        #timeline .b { position: relative; height: 1.1rem; background: var(--line); border-radius: 2px }
        #timeline .b i { position: absolute; top: 0; bottom: 0; min-width: 2px; border-radius: 2px }
        .u { background: #54aeff } .c { background: #2da44e }
        [hidden] { display: none !important }
        </style>
        </head>
        <body>

        """#

    /// The controls and the places that the script fills.
    static let controls = #"""
        <form id="controls" role="search" onsubmit="return false">
        <input type="search" id="text" placeholder="filter: words in any column" aria-label="filter">
        <select id="action" aria-label="action"><option value="">every action</option></select>
        <label><input type="checkbox" id="first"> only what to read first</label>
        <label><input type="checkbox" id="time"> timeline</label>
        <output id="count" aria-live="polite"></output>
        </form>
        <table id="table">
        <thead><tr>
        <th scope="col"><button type="button" data-column="1">action</button></th>
        <th scope="col"><button type="button" data-column="0">import</button></th>
        <th scope="col"><button type="button" data-column="3">format</button></th>
        <th scope="col"><button type="button" data-column="4">image</button></th>
        <th scope="col"><button type="button" data-column="5">volume</button></th>
        <th scope="col"><button type="button" data-column="6">why</button></th>
        </tr></thead>
        <tbody></tbody>
        </table>
        <section id="timeline" hidden aria-label="timeline"><p><i class="u">&emsp;</i> upload <i class="c">&emsp;</i> conversion, as estimated</p><div></div></section>
        <p><button type="button" id="more" hidden>show more</button></p>

        """#

    /// The script and the end.
    static let end = #"""
        <script>
        "use strict";
        // A row: address, action, rank, format, bytes, GiB, why and, if it has them, the times of upload and conversion.
        const rows = JSON.parse(document.getElementById("rows").textContent);
        const page = 200;
        const get = id => document.getElementById(id);
        const state = { text: "", action: "", first: false, time: false, sort: null, down: false, shown: page };

        function size(bytes) {
          if (bytes < 1024) return bytes + " B";
          const units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
          let value = bytes / 1024, unit = 0;
          while (value >= 999.5 && unit + 1 < units.length) { value /= 1024; unit++; }
          return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0) + " " + units[unit];
        }
        function duration(seconds) {
          const minutes = Math.round(seconds / 60);
          if (seconds < 60) return Math.ceil(seconds) + " s";
          return minutes < 60 ? minutes + " min" : Math.floor(minutes / 60) + " h " + minutes % 60 + " min";
        }
        function element(name, text, style) {
          const node = document.createElement(name);
          node.textContent = text;
          if (style) node.className = style;
          return node;
        }
        function chosen() {
          const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
          let found = rows.filter(row =>
            (!state.action || row[1] === state.action) && (!state.first || row[2] === 0) && (!state.time || row.length > 7)
            && words.every(word => (row[0] + " " + row[1] + " " + row[3] + " " + row[6]).toLowerCase().includes(word)));
          if (state.sort !== null) {
            const column = state.sort, sign = state.down ? -1 : 1;
            found = found.slice().sort((a, b) => sign * (a[column] < b[column] ? -1 : a[column] > b[column] ? 1 : 0));
          }
          return found;
        }
        function tableRow(row) {
          const line = document.createElement("tr");
          line.append(element("td", row[1], row[1]), element("td", row[0], "a"), element("td", row[3]),
            element("td", row[4] ? size(row[4]) : "", "n"), element("td", row[5] ? row[5] + " GiB" : "", "n"), element("td", row[6]));
          return line;
        }
        function bar(style, from, to, total) {
          const node = element("i", "", style);
          node.style.left = 100 * from / total + "%";
          node.style.width = 100 * (to - from) / total + "%";
          return node;
        }
        function timeRow(row, total) {
          const line = element("div", "", "t"), bars = element("div", "", "b");
          const [u0, u1, c0, c1] = row.slice(7);
          line.title = row[0] + (u1 > u0 ? ", upload " + duration(u0) + " to " + duration(u1) : "")
            + ", conversion " + duration(c0) + " to " + duration(c1);
          if (u1 > u0) bars.append(bar("u", u0, u1, total));
          bars.append(bar("c", c0, c1, total));
          line.append(element("span", row[0]), bars);
          return line;
        }
        function draw() {
          const found = chosen(), shown = found.slice(0, state.shown);
          get("table").hidden = state.time;
          get("timeline").hidden = !state.time;
          if (state.time) {
            const total = rows.reduce((most, row) => Math.max(most, row[10] || 0), 1);
            get("timeline").querySelector("div").replaceChildren(...shown.map(row => timeRow(row, total)));
          } else {
            document.querySelector("tbody").replaceChildren(...shown.map(tableRow));
          }
          get("count").textContent = found.length + " of " + rows.length + (shown.length < found.length ? ", the first " + shown.length + " shown" : "");
          get("more").hidden = shown.length === found.length;
          for (const button of document.querySelectorAll("th button")) {
            const sorted = Number(button.dataset.column) === state.sort;
            button.parentElement.setAttribute("aria-sort", sorted ? (state.down ? "descending" : "ascending") : "none");
          }
          get("text").value = state.text; get("action").value = state.action;
          get("first").checked = state.first; get("time").checked = state.time;
        }
        // The choices stand in the address, so that a view can be passed on as a link.
        function change(next) {
          Object.assign(state, { shown: page }, next);
          const query = new URLSearchParams();
          for (const key of ["text", "action"]) if (state[key]) query.set(key, state[key]);
          for (const key of ["first", "time", "down"]) if (state[key]) query.set(key, 1);
          if (state.sort !== null) query.set("sort", state.sort);
          try { history.replaceState(null, "", "#" + query); } catch { /* some browsers allow it for no file: the view still changes */ }
          draw();
        }
        function read() {
          const query = new URLSearchParams(location.hash.slice(1)), sort = query.get("sort");
          Object.assign(state, {
            text: query.get("text") || "", action: query.get("action") || "", first: query.has("first"), time: query.has("time"),
            down: query.has("down"), sort: sort !== null && /^[0-6]$/.test(sort) ? Number(sort) : null, shown: page });
          draw();
        }
        for (const action of new Set(rows.map(row => row[1]))) get("action").append(element("option", action));
        get("text").addEventListener("input", event => change({ text: event.target.value }));
        get("action").addEventListener("change", event => change({ action: event.target.value }));
        get("first").addEventListener("change", event => change({ first: event.target.checked }));
        get("time").addEventListener("change", event => change({ time: event.target.checked }));
        get("more").addEventListener("click", () => { state.shown += page; draw(); });
        for (const button of document.querySelectorAll("th button")) button.addEventListener("click", () => {
          const column = Number(button.dataset.column);
          change(state.sort === column ? { down: !state.down } : { sort: column, down: false });
        });
        window.addEventListener("hashchange", read);
        read();
        </script>
        </body>
        </html>

        """#
}
