"""The sandbox's page in a real browser: page.py CHROMIUM CHROMEDRIVER [PICTURE], where the picture is written to."""

import http.server
import sys
import threading
import unittest

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

import d1

PICTURE = sys.argv.pop() if len(sys.argv) == 4 else None
DRIVER = sys.argv.pop()
BROWSER = sys.argv.pop()
PORT = d1.CONTROL_URL.split(":")[2].split("/")[0]
MARKUP = "<img src=x onerror=alert(1)>"
CONSUMER = f"{d1.BANKING_URL}/issuers/{d1.ISSUER_ID}/consumers/"


def browser(*, script=True):
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    # A container has no user for Chromium's own sandbox. `evil.test` leads here, as a rebound name does.
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--window-size=1200,1100",
        "--host-resolver-rules=MAP evil.test 127.0.0.1",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not script:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    return webdriver.Chrome(options=options, service=Service(DRIVER))


class Page(unittest.TestCase):
    def setUp(self):
        d1.control("POST", "reset")
        self.authorization = f"Bearer {d1.token()}"

    def open(self, **how):
        opened = browser(**how)
        self.addCleanup(opened.quit)
        opened.get(d1.CONTROL_URL)
        return opened

    def register(self, consumer_id, person):
        body = {"personalInformation": person}
        return d1.send("PUT", CONSUMER + consumer_id, body, authorization=self.authorization)[0]

    def until(self, opened, text):
        WebDriverWait(opened, 20).until(lambda opened: text in opened.find_element(By.TAG_NAME, "main").text)

    def test_a_refused_registration_appears_with_its_reason_and_a_fault_is_switched_on(self):
        opened = self.open()
        self.assertEqual(self.register("c-1f6e", {"firstName": "Ada", "lastName": "Lovelace"}), 204)
        d1.control("POST", "consumers/c-1f6e/cards", {"cardId": "card-1"})
        self.assertEqual(self.register("c-77a0", {"firstName": "<", MARKUP: 1}), 400)
        # It comes by itself.
        self.until(opened, "personalInformation.lastName: is required")
        self.until(opened, "personalInformation.firstName: must match")
        self.until(opened, MARKUP)
        self.assertEqual(opened.find_elements(By.TAG_NAME, "img"), [])
        self.assertNotIn("Lovelace", opened.page_source)

        Select(opened.find_element(By.NAME, "endpoint")).select_by_visible_text("cards")
        opened.find_element(By.CSS_SELECTOR, "button[value='503']").click()
        self.until(opened, "next: status 503 at cards, 1×")
        cards = f"{CONSUMER}c-1f6e/cards"
        self.assertEqual(d1.send("GET", cards, authorization=self.authorization)[0], 503)
        self.until(opened, "fault: status 503")
        self.assertEqual(d1.send("GET", cards, authorization=self.authorization)[0], 200)
        opened.find_element(By.CSS_SELECTOR, "button[value='Answer lost']").click()
        self.until(opened, "next: reset-after-reading")
        if PICTURE:
            opened.save_screenshot(PICTURE)
        self.assertEqual([line for line in opened.get_log("browser") if line["level"] == "SEVERE"], [])
        opened.find_element(By.CSS_SELECTOR, "button[value='DELETE']").click()
        WebDriverWait(opened, 20).until(lambda _: d1.control("GET", "faults")["queued"] == [])

    def test_without_script_it_is_a_list_and_the_buttons_work(self):
        self.register("c-77a0", {"firstName": "Ada"})
        opened = self.open(script=False)
        self.assertIn("As of the last reload", opened.find_element(By.ID, "live").text)
        self.until(opened, "personalInformation.lastName: is required")
        opened.find_element(By.CSS_SELECTOR, "button[value='WAF page']").click()
        self.until(opened, "next: waf-page 403 at any operation, 1×")

    def test_a_page_of_another_site_changes_and_reads_nothing(self):
        self.register("c-1f6e", {"firstName": "Ada", "lastName": "Lovelace"})
        opened = self.open()
        opened.get(f"http://evil.test:{PORT}/_sandbox/")
        self.assertIn("the Host is not this sandbox", opened.page_source)
        with http.server.HTTPServer(("127.0.0.1", 0), Foreign) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            opened.get(f"http://127.0.0.1:{server.server_port}/")
            read = opened.execute_async_script(
                """const [url, done] = arguments;
                fetch(url + "reset", { method: "POST", mode: "no-cors" })
                    .then(() => fetch(url + "consumers"))
                    .then((answer) => answer.text(), () => "refused").then(done);""",
                d1.CONTROL_URL,
            )
            self.assertEqual(read, "refused")
            opened.execute_script(
                """const form = document.createElement("form");
                form.method = "post"; form.action = arguments[0] + "reset";
                document.body.append(form); form.submit();""",
                d1.CONTROL_URL,
            )
            WebDriverWait(opened, 20).until(lambda opened: "the Origin is another site" in opened.page_source)
            server.shutdown()
        self.assertEqual(len(d1.control("GET", "consumers")["consumers"]), 1)


class Foreign(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!DOCTYPE html><title>another site</title><body>")

    def log_message(self, *_):
        pass


unittest.main()
